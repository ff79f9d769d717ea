import type { Dataset } from '../datasets/dataset.js';
import type { ClassHead } from '../models/class-heads.js';
import type { Metric } from '../reports/result.js';

/** What is kept of one example that was classified. */
export interface ClassifiedRecord {
  /** Number of the example in the data file, from 0. */
  index: number;
  /** First 16 hex digits of the sha256 of the segments: a record never stands for another input. */
  input: string;
  /** The right class, and the one with the largest logit (the lower one on a tie). */
  label: number;
  predicted: number;
  /** One per class, before the soft-max. */
  logits: number[];
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
  /** Names of the classes, or of the options of a choice, by number. */
  classes: readonly string[];
  /** The texts of a row, as `head` wants them. */
  segments(row: Row): string[];
  /** Number of the right class. */
  label(row: Row): number;
  /** The numbers, the first of which decides between epochs. A pure function of the records. */
  metrics(records: readonly ClassifiedRecord[]): Metric[];
  /** What differs from the paper or is not said there. Ends up in every result. */
  deviations: readonly string[];
}

/** A fine-tuning task of any kind, as lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: rows are each task's own; nothing outside the task looks into them
export type AnyFinetuneTask = FinetuneTask<any>;
