import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InterruptedError } from '../errors.js';
import { explainWriteError } from '../files/space.js';
import type { Metric } from '../reports/result.js';
import { type Batch, inputLength, planBatches } from '../runtime/batch.js';
import type { ScoreResult, Scorer } from '../runtime/scorer.js';
import type { AnyTask, LoglikelihoodAnswer, RecordBase } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { type Example, prepareExamples } from './examples.js';
import { fingerprintOf, type RunIdentity } from './fingerprint.js';
import {
  type JournalContent,
  type JournalWriter,
  openJournal,
  resultsTarget,
  type Shard,
} from './journal.js';
import { lockRun } from './run-lock.js';

/** Everything an evaluation needs. */
export interface Evaluation {
  task: AnyTask;
  /** All rows of the data set; the limit of the settings is applied here. */
  rows: readonly unknown[];
  identity: RunIdentity;
  tokenizer: Tokenizer;
  /** Loads the model. Not called when the journal already holds every answer. */
  openScorer: (excluded: readonly number[] | undefined) => Promise<Scorer>;
  /** Folder of results; journals live in `journals/` below it. */
  resultsFolder: string;
  shard: Shard;
  /** Forget an earlier journal. */
  fresh: boolean;
  signal?: AbortSignal;
  /** Called while the examples are tokenized, before the first batch. */
  onTokenize?: (progress: { done: number; total: number }) => void;
  onProgress?: (progress: EvaluationProgress) => void;
}

/** How far a run is. Counts are of this shard. */
export interface EvaluationProgress {
  examples: { done: number; total: number };
  /** Tokens the model reads. `done` counts those of earlier runs as well, `now` only those of this one. */
  tokens: { done: number; total: number; now: number };
  /** Time inside the session in this run, seconds. */
  seconds: number;
  /** The metrics of what is done so far. */
  metrics: Metric[];
}

/** A finished evaluation. */
export interface EvaluationOutcome {
  journalFile: string;
  content: JournalContent;
  /** True when nothing had to be computed. */
  wasComplete: boolean;
}

/** Where the journal of a run lies: one file for each fingerprint and shard. */
export function journalPath(resultsFolder: string, identity: RunIdentity, shard: Shard): string {
  const model = identity.model.name.replaceAll('/', '-');
  const part = shard.count === 1 ? '' : `--shard${shard.index + 1}of${shard.count}`;
  const name = `${identity.task.name}--${model}--${fingerprintOf(identity).slice(0, 12)}${part}.jsonl`;
  return path.join(resultsFolder, 'journals', name);
}

/**
 * Runs a task on a model, batch by batch, and keeps every answer in the journal before the next one is looked at. Batches
 * that the journal already holds are not computed again. Throws InterruptedError when the signal is aborted.
 */
export async function evaluate(evaluation: Evaluation): Promise<EvaluationOutcome> {
  const { task, identity, shard, tokenizer } = evaluation;
  const { limit, batchTokens } = identity.settings;
  const rows = limit === null ? evaluation.rows : evaluation.rows.slice(0, limit);
  const examples = await prepareExamples(task, rows, tokenizer, identity.model.config.nCtx, {
    signal: evaluation.signal,
    onProgress: (done) => evaluation.onTokenize?.({ done, total: rows.length }),
  });
  // Planned over all examples, whatever the shard: merged shards then hold the very batches of a single run.
  const plan = planBatches(
    examples.map(({ request }) => inputLength(request)),
    batchTokens,
  );
  const mine = [...plan.keys()].filter((number) => number % shard.count === shard.index);

  const file = journalPath(evaluation.resultsFolder, identity, shard);
  const header = {
    fingerprint: fingerprintOf(identity),
    identity,
    shard,
    examples: examples.length,
    batches: plan.length,
  };
  await createFolder(path.dirname(file));
  const unlock = await lockRun(file);
  try {
    const journal = await openJournal(file, header, evaluation.fresh);
    try {
      const todo = mine.filter((number) => !journal.content.batches.has(number));
      if (todo.length > 0) await computeBatches(evaluation, examples, plan, mine, todo, journal);
      return { journalFile: file, content: journal.content, wasComplete: todo.length === 0 };
    } finally {
      await journal.close();
    }
  } finally {
    await unlock();
  }
}

async function computeBatches(
  evaluation: Evaluation,
  examples: readonly Example[],
  plan: readonly Batch[],
  mine: readonly number[],
  todo: readonly number[],
  journal: JournalWriter,
): Promise<void> {
  const { task, tokenizer, signal, onProgress } = evaluation;
  const { content } = journal;
  const tokensOf = (numbers: Iterable<number>) =>
    [...numbers].reduce((sum, n) => sum + inputTokens(plan[n]!, examples), 0);
  const total = {
    examples: mine.reduce((sum, n) => sum + plan[n]!.members.length, 0),
    tokens: tokensOf(mine),
  };
  const earlierTokens = tokensOf(content.batches.keys());
  let [now, seconds] = [0, 0];
  const report = () =>
    onProgress?.({
      examples: { done: content.records.length, total: total.examples },
      tokens: { done: earlierTokens + now, total: total.tokens, now },
      seconds,
      metrics: content.records.length === 0 ? [] : task.metrics(content.records),
    });
  report();
  const scorer = await evaluation.openScorer(excludedTokens(task, tokenizer));
  try {
    const requests = examples.map(({ request }) => request);
    const remaining = todo.values();
    const batches = todo.map((number) => plan[number]!);
    for await (const { batch, results, runMs } of scorer.score(requests, batches, signal)) {
      const records = batch.members.map((member, place) =>
        record(task, examples[member]!, results[place]!, tokenizer),
      );
      const tokens = inputTokens(batch, examples);
      await journal.append(records, { batch: remaining.next().value!, inputTokens: tokens, runMs });
      now += tokens;
      seconds += runMs / 1000;
      report();
    }
  } finally {
    await scorer.close();
  }
  if (content.records.length < total.examples) {
    throw new InterruptedError(`Stopped after ${content.records.length} of ${total.examples} examples.`, {
      hint: 'Nothing is lost: run the same command again to go on from here.',
    });
  }
}

/** What is written down about one example. */
function record(task: AnyTask, example: Example, result: ScoreResult, tokenizer: Tokenizer): RecordBase {
  const { row, request, index, input, contextTokens, truncatedTokens } = example;
  const tokens = request.ids.slice(request.from);
  // A model may have more tokens than its tokenizer, and predict one of those.
  const decode = (ids: ArrayLike<number>) =>
    Array.from(ids).every((id) => id < tokenizer.vocabSize)
      ? tokenizer.decode(ids)
      : Array.from(ids, (id) => `<${id}>`).join('');
  const answer: LoglikelihoodAnswer = { ...result, tokens, contextTokens, truncatedTokens, decode };
  return {
    index,
    input,
    contextTokens,
    scoredTokens: tokens.length,
    truncatedTokens,
    ...task.record(row, answer),
  };
}

function inputTokens(batch: Batch, examples: readonly Example[]): number {
  return batch.members.reduce((sum, member) => sum + inputLength(examples[member]!.request), 0);
}

/** Ids of the excluded words that are a single token; words of several tokens cannot be the next token. */
function excludedTokens(task: AnyTask, tokenizer: Tokenizer): number[] | undefined {
  if (task.excludedWords === undefined) return undefined;
  const ids = task.excludedWords

    .map((word) => tokenizer.encode(word))
    .filter((tokens) => tokens.length === 1);
  return [...new Set(ids.flat())].sort((a, b) => a - b);
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(folder));
  }
}
