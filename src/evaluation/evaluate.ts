import path from 'node:path';
import { InterruptedError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { countOf, formatCount } from '../format.js';
import type { Metric } from '../results/result.js';
import { fingerprintOf, type RunIdentity } from '../runs/fingerprint.js';
import {
  type JournalContent,
  type JournalWriter,
  openJournal,
  resultsTarget,
  type Shard,
} from '../runs/journal.js';
import { lockRun } from '../runs/run-lock.js';
import type { AnyTask } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { choiceWork } from './choice-work.js';
import { generateWork } from './generate-work.js';
import { loglikelihoodWork } from './loglikelihood-work.js';
import { rollingWork } from './rolling-work.js';
import type { ModelOpeners, Preparation, Work } from './work.js';

/** Everything an evaluation needs. */
export interface Evaluation {
  task: AnyTask;
  /** All rows of the data set; the limit of the settings is applied here. */
  rows: readonly unknown[];
  identity: RunIdentity;
  tokenizer: Tokenizer;
  /** Load the model. Not called when the journal already holds every answer. */
  models: ModelOpeners;
  /** Folder of results; journals live in `journals/` below it. */
  resultsFolder: string;
  shard: Shard;
  /** Forget an earlier journal. */
  fresh: boolean;
  signal?: AbortSignal;
  /** Called while the examples are tokenized, before the first batch. */
  onTokenize?: (progress: { done: number; total: number }) => void;
  onProgress?: (progress: EvaluationProgress) => void;
  /** Called where an earlier run has left a part of the answers in the journal. */
  onResume?: (examples: { done: number; total: number }, journalFile: string) => void;
}

/** How far a run is. Counts are of this shard. */
export interface EvaluationProgress {
  examples: { done: number; total: number };
  /** Tokens the model reads. `done` counts those of earlier runs as well, `now` only those of this one. */
  tokens: { done: number; total: number; now: number };
  /** Time inside the session in this run, seconds. */
  seconds: number;
  /** The metrics of what is done so far; computed when asked for. None of a long text that is not whole yet. */
  metrics(): Metric[];
}

/** A finished evaluation. */
export interface EvaluationOutcome {
  journalFile: string;
  content: JournalContent;
  /** True when nothing had to be computed. */
  wasComplete: boolean;
}

/** Where the journal of a run lies: one file for each fingerprint and shard. */
function journalPath(resultsFolder: string, identity: RunIdentity, shard: Shard): string {
  const model = identity.model.name.replaceAll(/[/: ]/g, '-');
  const part = shard.count === 1 ? '' : `--shard${shard.index + 1}of${shard.count}`;
  const name = `${identity.task.name}--${model}--${fingerprintOf(identity).slice(0, 12)}${part}.jsonl`;
  return path.join(resultsFolder, 'journals', name);
}

/**
 * Runs a task on a model, batch by batch, and keeps every answer in the journal before the next one is looked at. Batches
 * that the journal already holds are not computed again. Throws InterruptedError when the signal is aborted.
 */
export async function evaluate(evaluation: Evaluation): Promise<EvaluationOutcome> {
  const { task, identity, shard, tokenizer, signal, onTokenize } = evaluation;
  const { limit, batchTokens, seed = 0 } = identity.settings;
  const rows = limit === null ? evaluation.rows : evaluation.rows.slice(0, limit);
  const { nCtx } = identity.model.config;
  const work = await prepareWork(task, rows, {
    ...{ tokenizer, nCtx, batchTokens, seed, signal },
    onProgress: onTokenize,
  });
  const mine = [...work.plan.keys()].filter((number) => number % shard.count === shard.index);

  const file = journalPath(evaluation.resultsFolder, identity, shard);
  const header = {
    fingerprint: fingerprintOf(identity),
    identity,
    shard,
    examples: work.tokens.length,
    batches: work.plan.length,
  };
  await createFolder(path.dirname(file));
  const unlock = await lockRun(file);
  try {
    const journal = await openJournal(file, header, evaluation.fresh);
    try {
      const todo = mine.filter((number) => !journal.content.batches.has(number));
      const done = journal.content.records.length;
      if (todo.length > 0 && done > 0) {
        const total = mine.reduce((sum, number) => sum + work.plan[number]!.members.length, 0);
        evaluation.onResume?.({ done, total }, file);
      }
      if (todo.length > 0) await computeBatches(evaluation, work, mine, todo, journal);
      return { journalFile: file, content: journal.content, wasComplete: todo.length === 0 };
    } finally {
      await journal.close();
    }
  } finally {
    await unlock();
  }
}

function prepareWork(task: AnyTask, rows: readonly unknown[], preparation: Preparation): Promise<Work> {
  switch (task.kind) {
    case 'loglikelihood':
      return loglikelihoodWork(task, rows, preparation);
    case 'choice':
      return choiceWork(task, rows, preparation);
    case 'rolling':
      return rollingWork(task, rows, preparation);
    case 'generate':
      return generateWork(task, rows, preparation);
  }
}

async function computeBatches(
  { task, models, signal, onProgress }: Evaluation,
  work: Work,
  mine: readonly number[],
  todo: readonly number[],
  journal: JournalWriter,
): Promise<void> {
  const { content } = journal;
  const tokensOf = (numbers: Iterable<number>) =>
    [...numbers]
      .flatMap((number) => work.plan[number]!.members)
      .reduce((sum, member) => sum + work.tokens[member]!, 0);
  const total = {
    examples: mine.reduce((sum, number) => sum + work.plan[number]!.members.length, 0),
    tokens: tokensOf(mine),
  };
  const earlierTokens = tokensOf(content.batches.keys());
  let [now, seconds] = [0, 0];
  const report = () =>
    onProgress?.({
      examples: { done: content.records.length, total: total.examples },
      tokens: { done: earlierTokens + now, total: total.tokens, now },
      seconds,
      metrics: () =>
        content.records.length === 0 || task.kind === 'rolling' ? [] : task.metrics(content.records),
    });
  report();
  const runner = await work.open(models);
  try {
    const batches = todo.map((number) => work.plan[number]!);
    const remaining = todo.values();
    for await (const { records, inputTokens, runMs } of runner.run(batches, signal)) {
      const batch = remaining.next().value!;
      await journal.append(records, { batch, inputTokens, runMs });
      now += tokensOf([batch]);
      seconds += runMs / 1000;
      report();
    }
  } finally {
    await runner.close();
  }
  if (content.records.length < total.examples) {
    throw new InterruptedError(
      `Stopped after ${formatCount(content.records.length)} of ${countOf(total.examples, 'example')}.`,
      {
        hint: 'Nothing is lost: run the same command again to go on from here.',
      },
    );
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(folder));
  }
}
