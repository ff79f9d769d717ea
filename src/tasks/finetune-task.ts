import type { Dataset } from '../datasets/dataset.js';
import type { ClassHead } from '../models/class-heads.js';
import type { Metric } from '../results/result.js';

/** What is right about an example: the number of a class, the probability of each class, or a number to predict. */
export type Label = number | readonly number[];

/** What is kept of one example that was classified. */
export interface ClassifiedRecord {
  /** Number of the example in the data file, from 0. */
  index: number;
  /** First 16 hex digits of the sha256 of the segments: a record never stands for another input. */
  input: string;
  /** What is right, and the class with the largest logit (the lower one on a tie; 0 where a number is predicted). */
  label: Label;
  predicted: number;
  /** One per class, before the soft-max; the prediction itself where a number is predicted. */
  logits: number[];
  /** The part of the data that the example belongs to, where the task tells parts apart. */
  group?: string;
}

/** A text that fits the model by losing tokens from the end of its first part only. */
interface CuttableText {
  cuttable: string;
  /** Kept whole, behind the part that may be cut. */
  after: string;
}

/** A text of an example. */
export type Segment = string | CuttableText;

/**
 * A further split with public labels. The epoch is chosen on `dev`; with the weights of that epoch this is measured, once. Where
 * its file is not there it is left out.
 */
export interface FurtherSplit<Row> {
  /** Short name, such as `test`. */
  id: string;
  dataset: Dataset<Row>;
  /** The numbers, under other ids than those of `dev`. A pure function of the records. */
  metrics(records: readonly ClassifiedRecord[]): Metric[];
}

/** An example of a test file: what it is called there, and its texts as `FinetuneTask.segments` takes them. */
interface UnlabelledRow {
  id: string;
  row: object;
}

/** How predictions on a test file are handed in to the benchmark's server, which may be the only one to know the labels. */
export interface Submission {
  /** The file that the server takes, `RTE.tsv`; told by the test file where there are several, as of MNLI. */
  fileName(testFile: string): string;
  /** Names of its two columns, the second with the answers. */
  columns: readonly [string, string];
  separator: '\t' | ',';
  /** Reads a test file in its published form. Labels that it may have are not looked at. Throws DataError naming file and line. */
  read(testFile: string): Promise<UnlabelledRow[]>;
  /** How an answer is written. */
  answer(record: ClassifiedRecord): string;
}

/** A benchmark that a model is trained on before it is measured. `Row` is an example as read. */
export interface FinetuneTask<Row> {
  /** Name on the command line. */
  name: string;
  /** What it measures, in one line. */
  title: string;
  /** Where the paper describes it, and the file in experiments/ that holds its published numbers. */
  paper: { name: 'GPT-1' | 'GPT-2'; section: string; table: string };
  /** Raised whenever a change moves a number: results of different versions are never mixed. */
  version: number;
  /** What is trained on, and what is measured on after each epoch. */
  train: Dataset<Row>;
  dev: Dataset<Row>;
  /** What else has public labels. */
  further?: readonly FurtherSplit<Row>[];
  /**
   * How a row becomes sequences and what is decided about them (GPT-1 paper §3.3, Figure 1):
   *
   * | head           | segments of a row   | sequences                       |
   * |----------------|---------------------|---------------------------------|
   * | classification | one text, or two    | `S x E`, or `S a D b E`         |
   * | similarity     | two texts           | `S a D b E` and `S b D a E`     |
   * | choice         | context, k answers  | `S context D answer E`, k times |
   */
  head: ClassHead['kind'];
  /** Names of the classes, or of the options of a choice, by number. A single one names a number that is predicted. */
  classes: readonly string[];
  /**
   * The texts of a row, as `head` wants them. Of two texts each keeps its first tokens, up to half of the context; a context
   * that says what of it is cuttable loses tokens there only, as many as it has to.
   */
  segments(row: Row): readonly Segment[];
  /** What is right about it. */
  label(row: Row): Label;
  /** The part of the data that it belongs to, for metrics that tell parts apart. */
  group?(row: Row): string;
  /** The numbers, the first of which decides between epochs. A pure function of the records. */
  metrics(records: readonly ClassifiedRecord[]): Metric[];
  /** How predictions on the hidden test split are handed in. */
  submission?: Submission;
  /** What differs from the paper or is not said there. Ends up in every result. */
  deviations: readonly string[];
}

/** A fine-tuning task of any kind, as lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: rows are each task's own; nothing outside the task looks into them
export type AnyFinetuneTask = FinetuneTask<any>;
