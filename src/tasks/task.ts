/**
 * A benchmark, declared: which data, which question each row asks, what is kept of the answer, and which numbers follow
 * from the records. Four kinds of questions carry everything that the papers measured without training.
 */
import type { Dataset } from '../datasets/dataset.js';
import type { Detail, Metric } from '../results/result.js';
import type { Sampling } from '../runtime/sampling.js';

export type { Sampling };

/** How probable is `continuation` after `context`? Both are text; the tokenizer decides where tokens begin. */
export interface LoglikelihoodRequest {
  /** May be empty: the continuation then begins a text. */
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

/** Which of several texts goes on best after one context? The context is computed once for all of them. */
export interface ChoiceRequest {
  context: string;
  options: readonly string[];
}

/** What a text is counted in. The perplexity of a text is per one of these, never per token of a model unless it says so. */
export interface Units {
  /** Words as the data set counts them, without line ends. */
  words: number;
  /** Line ends that the literature counts as words as well; 0 where it does not. */
  lines: number;
  /** UTF-8 bytes and code points of the text as published, before any detokenizer. */
  bytes: number;
  characters: number;
}

/** A text that is scored from its first token to its last. */
export interface RollingText {
  text: string;
  units: Units;
}

/**
 * How a long text is cut into pieces that fit the model (docs/tasks has the differences in numbers):
 *
 * - `disjoint`: pieces side by side; the first token of each is context only.
 * - `stride`: each piece begins `stride` tokens after the last one; tokens that were scored before are context.
 * - `rolling`: the text begins behind the end-of-text token; every token is scored, the first of a piece given the one before
 *   it, and the last piece is moved left until it is full (lm-evaluation-harness).
 */
export type Windows = { scheme: 'disjoint' } | { scheme: 'stride'; stride: number } | { scheme: 'rolling' };

/** The beginning of a text that the model is to continue. What does not fit is taken away from `cuttable`. */
export interface Prompt {
  /** Kept whole, before the part that may be cut. */
  before?: string;
  cuttable: string;
  /** Which end of `cuttable` goes first when prompt and answer do not fit the context. */
  cutFrom: 'left' | 'right';
  /** Kept whole, after it. */
  after?: string;
}

/** What the model wrote. */
export interface GeneratedAnswer {
  /** The text up to but without the stop. */
  text: string;
  /** Ids of the text; a token in which the text stops is among them. */
  tokens: number[];
  /** log p of each of them, nats, before temperature and cuts. */
  logProbs: number[];
  /** What ended it: a stop, the end-of-text token, the limit of tokens, or the end of the model's context. */
  ended: 'stop' | 'end-of-text' | 'length' | 'context';
  promptTokens: number;
  /** Tokens that were cut from the prompt. */
  truncatedTokens: number;
}

/** What every record says about its example, whatever the task. */
export interface RecordBase {
  /** Number of the example in the data file, from 0; of the window, where a task scores long texts. */
  index: number;
  /** First 16 hex digits of the sha256 of the request: a record never stands for another input. */
  input: string;
  /** Tokens that the model saw without being asked about them, and those it was asked about or wrote. */
  contextTokens: number;
  scoredTokens: number;
  /** Tokens cut away to fit the context. */
  truncatedTokens: number;
}

interface TaskBase<Row, Kept extends object> {
  /** Name on the command line. */
  name: string;
  /** What it measures, in one line. */
  title: string;
  /** Where a paper describes it, and the file in experiments/ that holds its published numbers; absent for a benchmark of neither paper. */
  paper?: { name: 'GPT-1' | 'GPT-2'; section: string; table: string };
  /** Raised whenever a change moves a number: results of different versions are never mixed. */
  version: number;
  /** Options that were set to something else than their default, by name; filled in by `createTask`. */
  variant?: Readonly<Record<string, string>>;
  dataset: Dataset<Row>;
  /** What differs from the paper or is not said there. Ends up in every result. */
  deviations: readonly string[];
  /** The numbers. A pure function of the records, in the order of the data file. */
  metrics(records: readonly (RecordBase & Kept)[]): Metric[];
  /** Lists that go with the numbers, such as the most confident answers. */
  details?(records: readonly (RecordBase & Kept)[]): Detail[];
}

/** Log-probabilities of texts, each after a context of its own. */
export interface LoglikelihoodTask<Row, Kept extends object> extends TaskBase<Row, Kept> {
  kind: 'loglikelihood';
  /** Words that the model may not predict in one of the variants, as they would continue a text (with their space). */
  excludedWords?: readonly string[];
  requests(row: Row): readonly LoglikelihoodRequest[];
  /** What is kept of the answers, one for each request. Pure. */
  record(row: Row, answers: readonly LoglikelihoodAnswer[]): Kept;
}

/** Log-probabilities of several options after one context. */
export interface ChoiceTask<Row, Kept extends object> extends TaskBase<Row, Kept> {
  kind: 'choice';
  request(row: Row): ChoiceRequest;
  /** What is kept of the answers, one for each option. Pure. */
  record(row: Row, answers: readonly LoglikelihoodAnswer[]): Kept;
}

/** What is kept of one window of a long text. */
export interface WindowRecord {
  /** Number of the text, from 0. */
  text: number;
  /** Sum of −log p over the tokens that were asked about, nats. */
  nats: number;
  /** What the whole text is counted in; only in its first window, zeros in the others. */
  units: Units;
}

/** Long texts, scored from end to end. */
export interface RollingTask<Row, Kept extends WindowRecord = WindowRecord> extends TaskBase<Row, Kept> {
  kind: 'rolling';
  windows: Windows;
  /** The texts that the rows make up: one for each document, or all of them together. */
  texts(rows: readonly Row[]): RollingText[];
  /** `gpt1`: every model reads what GPT-1 makes of a text, so that all are asked about the same one. @default own */
  reading?: 'own' | 'gpt1';
}

/** A question and its right answers. */
interface ReferenceTexts {
  /** Where the prompt is more than that. */
  question?: string;
  /** One of them is enough. */
  reference: readonly string[];
}

/** Texts that the model writes. */
export interface GenerateTask<Row, Kept extends object> extends TaskBase<Row, Kept> {
  kind: 'generate';
  /** The next prompt of a row, given what was answered before; undefined when the row is done. */
  prompt(row: Row, answers: readonly string[]): Prompt | undefined;
  /** Where an answer ends; the stop itself does not belong to it. */
  stop: readonly string[];
  /** Most tokens of an answer. */
  maxTokens: number;
  sampling: Sampling;
  /** What its records measure beside the model, on the same rows: with `--model none` only these are computed. */
  baselines?: readonly string[];
  /** What belongs to each prompt of a row, for people who read its answers. */
  references?(row: Row): readonly ReferenceTexts[];
  /** What is kept of the answers, one for each prompt; with `--model none` there are none. Pure. */
  record(row: Row, answers: readonly GeneratedAnswer[]): Kept;
}

// biome-ignore lint/suspicious/noExplicitAny: rows and records are each task's own; nothing outside the task looks into them
type Own = any;
/** A task of any kind, as lists hold them. */
export type AnyTask =
  | LoglikelihoodTask<Own, Own>
  | ChoiceTask<Own, Own>
  | RollingTask<Own, Own>
  | GenerateTask<Own, Own>;

/** A choice that the literature makes in different ways; a flag of `gpt eval` by its name. */
export interface TaskOption {
  /** `split`: the flag `--split`. */
  name: string;
  /** What it may be; without a list, a whole number of at least 1. */
  choices?: readonly string[];
  default: string;
  /** For `--help` and the task's page: what it chooses. */
  describe: string;
}

/** What a reader should know about a task that its code does not say: the words of its page in docs/tasks. */
export interface TaskPage {
  /** What the model is asked: the text that it sees, and what it has to say about it. */
  asks: string;
  /** How its answer becomes a number. */
  scores: string;
}

/** Files of the user beside the data set that a task can make something of. */
export interface TaskResources {
  /** For the word-by-word baseline of translation. */
  dictionary?: {
    /** Words and their translations. */
    words: ReadonlyMap<string, string>;
    /** What it is called in results: name and hash of the file. */
    label: string;
  };
}

/** A task as it is listed: with the options that still have to be chosen. */
export interface TaskDefinition {
  name: string;
  options: readonly TaskOption[];
  page: TaskPage;
  /** What it makes use of, when it is given. */
  uses?: readonly (keyof TaskResources)[];
  /** The task with those values, one for each option. */
  create(values: Readonly<Record<string, string>>, resources?: TaskResources): AnyTask;
}

/** A task without options. */
export function fixedTask(task: AnyTask, page: TaskPage): TaskDefinition {
  return { name: task.name, options: [], page, create: () => task };
}
