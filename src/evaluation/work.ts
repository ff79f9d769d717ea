/**
 * What a task asks of a model, prepared so that it can be computed in any number of sittings. Each kind of task has a file
 * that makes its work; journal, resume, shards and progress are the same for all of them (evaluate.ts).
 */
import { setImmediate } from 'node:timers/promises';
import { sha256Of } from '../files/sha256.js';
import type { Batch } from '../runtime/batch.js';
import type { Generator } from '../runtime/generator.js';
import type { Scorer, ScorerOptions } from '../runtime/scorer.js';
import type { RecordBase } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** Items and the batches in which they are computed. */
export interface Work {
  /** Tokens that the model reads for each item, in the order of the records; an estimate where it writes text. */
  tokens: readonly number[];
  /**
   * Which items are computed together. The plan depends on nothing but the items and the settings, so a resumed run and a
   * set of shards compute the very batches of an undisturbed run.
   */
  plan: readonly Batch[];
  /** Loads what is needed of the model. Not called when nothing is left to be computed. */
  open(models: ModelOpeners): Promise<WorkRunner>;
}

/** Ways to load the model, as far as a kind of task needs them. */
export interface ModelOpeners {
  scorer(options?: Pick<ScorerOptions, 'excluded' | 'choices'>): Promise<Scorer>;
  generator(): Promise<Generator>;
}

/** A loaded model at work. */
export interface WorkRunner {
  /** Computes batches in order and yields each as soon as it is there; stops between two when the signal is aborted. */
  run(batches: readonly Batch[], signal?: AbortSignal): AsyncGenerator<WorkedBatch>;
  close(): Promise<void>;
}

/** A batch with its answers. */
interface WorkedBatch {
  batch: Batch;
  /** One for each member, in the order of `batch.members`. */
  records: RecordBase[];
  /** Tokens the model read and wrote, padding left out. */
  inputTokens: number;
  /** Time inside the session, milliseconds. */
  runMs: number;
}

/** What preparing needs beside the task and its rows. */
export interface Preparation {
  tokenizer: Tokenizer;
  /** Positions of the model. */
  nCtx: number;
  /** Positions in one batch. */
  batchTokens: number;
  /** Seed of what is drawn at random. */
  seed: number;
  signal?: AbortSignal;
  /** Called while rows are tokenized. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** Rows that are tokenized before the event loop gets a turn: about 50 ms. */
const ROWS_AT_ONCE = 50;

/** `prepare` for each row, with turns for the event loop between. Rejects with the signal's reason when aborted. */
export async function prepareRows<Row, Prepared>(
  rows: readonly Row[],
  { signal, onProgress }: Preparation,
  prepare: (row: Row, index: number) => Prepared,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) {
      await setImmediate();
      signal?.throwIfAborted();
      onProgress?.({ done: index, total: rows.length });
    }
    prepared.push(prepare(row, index));
  }
  return prepared;
}

/** First 16 hex digits of the sha256 of a request. */
export function inputHash(request: unknown): string {
  return sha256Of(JSON.stringify(request)).slice(0, 16);
}

/** Text of ids. A model may have more tokens than its tokenizer, and predict one of those: `<50300>`. */
export function decoder({ vocabSize, decode }: Tokenizer): (ids: ArrayLike<number>) => string {
  return (ids) => {
    const list = Array.from(ids);
    return list.every((id) => id < vocabSize) ? decode(list) : list.map((id) => `<${id}>`).join('');
  };
}
