import type { Dataset } from '../datasets/dataset.js';
import type { Metric } from '../reports/result.js';

/** How probable is `continuation` after `context`? Both are text; the tokenizer decides where tokens begin. */
export interface LoglikelihoodRequest {
  context: string;
  continuation: string;
}

/** The model's answer to a LoglikelihoodRequest, token by token of the continuation. */
export interface LoglikelihoodAnswer {
  /** Ids of the continuation. */
  tokens: number[];
  /** log p(token | all before it), nats. */
  logProbs: number[];
  /** The most probable token at each place. */
  argMax: number[];
  /** Where the task excludes words: the most probable token that is none of them, and its log-probability. */
  bestAllowed?: number[];
  bestAllowedLogProb?: number[];
  /** Tokens of the context that the model saw. */
  contextTokens: number;
  /** Tokens that were cut from the left of the context. */
  truncatedTokens: number;
  /** Text of token ids, for the record. */
  decode(ids: ArrayLike<number>): string;
}

/** What every record says about its example, whatever the task. */
export interface RecordBase {
  /** Number of the example in the data file, from 0. */
  index: number;
  /** First 16 hex digits of the sha256 of the request: a record never stands for another input. */
  input: string;
  /** Tokens of the context that the model saw, and of the continuation. */
  contextTokens: number;
  scoredTokens: number;
  /** Tokens cut from the left of the context. */
  truncatedTokens: number;
}

/**
 * A benchmark, declared: which data, which question each row asks, what is kept of the answer, and which numbers follow
 * from the records. `Row` is an example as read; `Kept` is what a record adds to RecordBase.
 */
export interface Task<Row, Kept extends object> {
  /** Name on the command line. */
  name: string;
  /** What it measures, in one line. */
  title: string;
  /** Where the paper describes it, and the file in experiments/ that holds its published numbers. */
  paper: { name: 'GPT-1' | 'GPT-2'; section: string; table: string };
  /** Raised whenever a change moves a number: results of different versions are never mixed. */
  version: number;
  dataset: Dataset<Row>;
  /** Words that the model may not predict in one of the variants, as they would continue a text (with their space). */
  excludedWords?: readonly string[];
  /** What differs from the paper or is not said there. Ends up in every result. */
  deviations: readonly string[];
  request(row: Row): LoglikelihoodRequest;
  /** What is kept of an answer. Pure. */
  record(row: Row, answer: LoglikelihoodAnswer): Kept;
  /** The numbers. A pure function of the records, in the order of the data file. */
  metrics(records: readonly (RecordBase & Kept)[]): Metric[];
}

/** A task of any kind, as lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: rows and records are each task's own; nothing outside the task looks into them
export type AnyTask = Task<any, any>;
