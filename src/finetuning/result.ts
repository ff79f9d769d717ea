import { RESULT_SCHEMA, type Result, withoutErrorOfOne } from '../results/result.js';
import type { Circumstances } from '../runs/build-result.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import { majorityMetrics } from './baselines.js';
import type { FinetuneOutcome } from './finetune.js';
import { tokensOf } from './input.js';
import { bestEpoch } from './journal.js';
import { modelDeviations } from './model-deviations.js';
import { changedSettings } from './settings.js';

/** Standing deviations: what this tool does differently for every task. */
const deviations = {
  softMax:
    'The language-model loss is over vocabulary and special tokens, as in the formula of the paper; the GPT-1 release has the position vectors among its candidates as well.',
  bucket: (bucket: number) =>
    `Batches are cut from pools of ${bucket}, sorted by length; in the paper an example meets any other (--bucket 1).`,
  epochs:
    'The release also measures within the first epoch, at updates 1,000, 2,000, 4,000 …; here only after each epoch.',
};

/** The result of a finished run: the metrics of its best epoch, what a guesser would get, and all that is needed to repeat it. */
export function buildFinetuneResult(
  task: AnyFinetuneTask,
  { journal, train, dev }: FinetuneOutcome,
  { command, environment, finishedAt }: Circumstances,
): Result {
  const { identity, fingerprint, updates, epochs } = journal;
  const { settings } = identity;
  const best = bestEpoch(epochs)!;
  const truncated = (examples: typeof dev) =>
    examples.filter(({ truncatedTokens }) => truncatedTokens > 0).length;
  const trainTokens = updates.reduce((sum, { tokens }) => sum + tokens, 0);
  const devTokens = dev.reduce((sum, example) => sum + tokensOf(example), 0);
  const inputTokens = trainTokens + devTokens * epochs.length;
  const runMs =
    updates.reduce((sum, line) => sum + line.runMs, 0) +
    epochs.reduce((sum, { line }) => sum + line.runMs, 0);
  return {
    schema: RESULT_SCHEMA,
    task: identity.task,
    model: identity.model,
    data: identity.dev,
    settings: { limit: settings.limit, batchTokens: settings.batchTokens, device: 'cpu' },
    fingerprint,
    metrics: [...task.metrics(best.records), ...majorityMetrics(task, train, best.records)].map(
      withoutErrorOfOne,
    ),
    finetuning: {
      train: identity.train,
      settings,
      changed: changedSettings(settings),
      counts: {
        examples: train.length,
        truncatedExamples: truncated(train),
        updates: updates.length,
      },
      epochs: epochs.map(({ line: { trainLoss, devLoss, score } }) => ({ trainLoss, devLoss, score })),
      bestEpoch: best.line.epoch,
    },
    counts: {
      examples: dev.length,
      inputTokens,
      scoredTokens: dev.reduce((sum, { sequences }) => sum + sequences.length, 0),
      truncatedExamples: truncated(dev),
    },
    deviations: [
      ...task.deviations,
      deviations.softMax,
      ...(settings.bucket === 1 ? [] : [deviations.bucket(settings.bucket)]),
      ...(updates.length / epochs.length > 1000 ? [deviations.epochs] : []),
      ...modelDeviations(identity.model.config),
      ...(identity.model.notes ?? []),
    ],
    command,
    environment,
    time: {
      finishedAt: finishedAt.toISOString(),
      scoringSeconds: Number((runMs / 1000).toFixed(3)),
      tokensPerSecond: Number(((1000 * inputTokens) / runMs).toFixed(1)),
    },
  };
}
