/** What one evaluation measured, and everything needed to measure it again: the content of a file in results/. */

import type { FinetuneSettings } from './finetune-settings.js';
import type { ModelIdentity } from './model-identity.js';

/** One number of a result. */
export interface Metric {
  /** Key within the task, e.g. `perplexity`; tables refer to it. */
  id: string;
  /** What it is, for people: `perplexity of the last word`. */
  label: string;
  value: number;
  /** Standard error in the unit of the value; null where none is defined. */
  standardError: number | null;
  /** How many examples it is computed from. */
  n: number;
  unit: MetricUnit;
  higherIsBetter: boolean;
}

/**
 * What a metric is measured in. `points` are what ROUGE, BLEU, F1 and correlations are printed in: 0 to 100. `share` is a
 * number from 0 to 1, `count` a number of things.
 */
export const metricUnits = [
  'percent',
  'points',
  'share',
  'count',
  'perplexity',
  'nats',
  'bits per byte',
  'bits per character',
] as const;
/** One of `metricUnits`. */
export type MetricUnit = (typeof metricUnits)[number];

/** The number without a standard error where it is of a single example: one says nothing about how much others would differ. */
export function withoutErrorOfOne<Of extends Metric>(metric: Of): Of {
  return metric.n < 2 && metric.standardError !== null ? { ...metric, standardError: null } : metric;
}

/** A list that goes with the numbers, such as the most confident answers. */
export interface Detail {
  /** Key within the task. */
  id: string;
  /** What it lists. */
  title: string;
  columns: string[];
  /**
   * Columns that quote the data set. They are shown when a run ends and left out of the file in results/: results are
   * passed on, and the terms of the data may not allow that.
   */
  quotes?: string[];
  /** One entry per column in each row. */
  rows: (string | number)[][];
}

/** A list without the columns that quote the data set. */
export function withoutQuotes({ quotes = [], ...detail }: Detail): Detail {
  const kept = detail.columns.flatMap((column, place) => (quotes.includes(column) ? [] : [place]));
  const keep = <Cell>(cells: readonly Cell[]) => kept.map((place) => cells[place]!);
  return { ...detail, columns: keep(detail.columns), rows: detail.rows.map(keep) };
}

/** The data set that was used. */
export interface DataIdentity {
  /** Data set and split: `lambada_openai, test`. */
  name: string;
  /** Where it came from: a file of the user, the sample that comes with the tool, or the hub. */
  source: 'file' | 'sample' | 'hub';
  /** Name of the file, without the user's folders. */
  file: string;
  /** sha256 (hex) of the file. */
  sha256: string;
  /** Examples in the file, before any limit. */
  rows: number;
  /** True for the published data as a whole: only then is a number comparable with the paper's. */
  complete: boolean;
  /** Present for data of the user's own, or a changed copy: results on it have the hash of the data in their names. */
  own?: true;
  /** What of the file was read otherwise than it stands there, in sentences; absent where nothing was. */
  notes?: readonly string[];
}

/** The settings that can change a number. */
export interface EvaluationSettings {
  /** Only the first so many examples; null for all. */
  limit: number | null;
  /** Positions in one batch, padding included. */
  batchTokens: number;
  device: string;
  /** Seed of what is drawn at random; absent where nothing is. */
  seed?: number;
}

/** How the model of a fine-tuning result was trained, and how it went. */
export interface FinetuningRecord {
  /** What it was trained on; `data` of the result is what it was measured on. */
  train: DataIdentity;
  settings: FinetuneSettings;
  /** The settings that are not the default ones, as `epochs 1`. */
  changed: string[];
  counts: {
    /** Training examples, after the limit, and how many of them were cut to fit the model. */
    examples: number;
    truncatedExamples: number;
    updates: number;
  };
  epochs: {
    /** Mean of the losses of the epoch's updates: class loss + λ · language-model loss, nats. */
    trainLoss: number;
    /** Mean classification loss of the measured examples, nats. */
    devLoss: number;
    /** The first of the task's metrics. */
    score: number;
  }[];
  /** The epoch whose metrics the result has, from 1: the best one. */
  bestEpoch: number;
}

/** Several runs that differ in one setting only, summed up in one result. */
export interface SweepRecord {
  setting: 'seed' | 'transfer-layers';
  /** In the order of the setting's values. */
  runs: {
    /** The value of the setting; of transferred layers −1 for a model from scratch. */
    value: number;
    /** Name of its own result in the folder of results. */
    file: string;
    fingerprint: string;
    /** What it measured, by id of the metric. */
    metrics: Record<string, number>;
  }[];
  /** Of a curve whose points are means over seeds: these. */
  seeds?: number[];
  /** Over seeds only: how each metric varies, in the order of the result's metrics, which are the means. */
  spread?: {
    /** Standard deviation, n − 1 in the denominator, in the unit of the metric. */
    deviation: number;
    min: number;
    max: number;
    /** The seed with the best value, the first of equals. */
    best: number;
  }[];
}

/** Which task a result is of. */
export interface TaskIdentity {
  name: string;
  title: string;
  version: number;
  /** Options of the task that were set to something else than their default, by name; absent when none was. */
  variant?: Record<string, string>;
}

/** The schema of result files; raised when a reader has to know the difference. */
export const RESULT_SCHEMA = 1;

/** One model on one task. */
export interface Result {
  schema: typeof RESULT_SCHEMA;
  task: TaskIdentity;
  model: ModelIdentity;
  data: DataIdentity;
  settings: EvaluationSettings;
  /** Hash of task version, model, data and settings: equal fingerprints must give equal metrics. */
  fingerprint: string;
  metrics: Metric[];
  /** Lists that go with the numbers. */
  details?: Detail[];
  /** Only where the model was fine-tuned on the task. */
  finetuning?: FinetuningRecord;
  /** Only where the result sums up several runs. */
  sweep?: SweepRecord;
  counts: {
    examples: number;
    /** Tokens the model read. With fine-tuning: in all updates and measurements. */
    inputTokens: number;
    /** Tokens whose probability was asked for. With fine-tuning: the extract token of each measured example. */
    scoredTokens: number;
    /** Examples whose context was cut on the left to fit the model. With fine-tuning: segments, at their ends. */
    truncatedExamples: number;
  };
  /** What differs from the paper's description, or is not said there. */
  deviations: string[];
  /** The command line that computes it again. */
  command: string;
  environment: {
    gpt: string;
    node: string;
    onnxruntime: string;
    platform: string;
    cpu: string;
    threads: number;
  };
  time: { finishedAt: string; scoringSeconds: number; tokensPerSecond: number };
}
