/**
 * What one evaluation measured, and everything needed to measure it again: the content of a file in results/. The types follow from
 * the shapes that a file is checked with.
 */
import {
  type Check,
  count,
  dictionary,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  sha256,
  type TypeOf,
  text,
  textOrNumber,
} from '../files/json-shape.js';
import type { FinetuneSettings } from './finetune-settings.js';
import { modelShape } from './model-identity.js';

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

const metricShape = object({
  /** Key within the task, e.g. `perplexity`; tables refer to it. */
  id: text,
  /** What it is, for people: `perplexity of the last word`. */
  label: text,
  value: number,
  /** Standard error in the unit of the value; null where none is defined. */
  standardError: orNull(number),
  /** How many examples it is computed from. */
  n: count,
  unit: oneOf(...metricUnits),
  higherIsBetter: flag,
});

/** One number of a result. */
export type Metric = TypeOf<typeof metricShape>;

/** The number without a standard error where it is of a single example: one says nothing about how much others would differ. */
export function withoutErrorOfOne<Of extends Metric>(metric: Of): Of {
  return metric.n < 2 && metric.standardError !== null ? { ...metric, standardError: null } : metric;
}

const detailShape = object({
  /** Key within the task. */
  id: text,
  /** What it lists. */
  title: text,
  columns: list(text, 1),
  /**
   * Columns that quote the data set. They are shown when a run ends and left out of the file in results/: results are
   * passed on, and the terms of the data may not allow that.
   */
  quotes: optional(list(text)),
  /** One entry per column in each row. */
  rows: list(list(textOrNumber)),
});

/** A list that goes with the numbers, such as the most confident answers. */
export type Detail = TypeOf<typeof detailShape>;

/** A list without the columns that quote the data set. */
export function withoutQuotes({ quotes = [], ...detail }: Detail): Detail {
  const kept = detail.columns.flatMap((column, place) => (quotes.includes(column) ? [] : [place]));
  const keep = <Cell>(cells: readonly Cell[]) => kept.map((place) => cells[place]!);
  return { ...detail, columns: keep(detail.columns), rows: detail.rows.map(keep) };
}

const dataShape = object({
  /** Data set and split: `lambada_openai, test`. */
  name: text,
  /** Where it came from: a file of the user, the sample that comes with the tool, or the hub. */
  source: oneOf('file', 'sample', 'hub'),
  /** Name of the file, without the user's folders. */
  file: text,
  /** sha256 (hex) of the file. */
  sha256,
  /** Examples in the file, before any limit. */
  rows: count,
  /** True for the published data as a whole: only then is a number comparable with the paper's. */
  complete: flag,
  /** Present for data of the user's own, or a changed copy: results on it have the hash of the data in their names. */
  own: optional(oneOf(true)),
  /** What of the file was read otherwise than it stands there, in sentences; absent where nothing was. */
  notes: optional(list(text) as Check<readonly string[]>),
});

/** The data set that was used. */
export type DataIdentity = TypeOf<typeof dataShape>;

const settingsShape = object({
  /** Only the first so many examples; null for all. */
  limit: orNull(count),
  /** Positions in one batch, padding included. */
  batchTokens: count,
  device: text,
  /** Seed of what is drawn at random; absent where nothing is. */
  seed: optional(number),
});

/** The settings that can change a number. */
export type EvaluationSettings = TypeOf<typeof settingsShape>;

const finetuningShape = object({
  /** What it was trained on; `data` of the result is what it was measured on. */
  train: dataShape,
  // Which settings there are is for the version that wrote it to know.
  settings: dictionary(orNull(number)) as Check<object> as Check<FinetuneSettings>,
  /** The settings that are not the default ones, as `epochs 1`. */
  changed: list(text),
  counts: object({
    /** Training examples, after the limit, and how many of them were cut to fit the model. */
    examples: count,
    truncatedExamples: count,
    updates: count,
  }),
  epochs: list(
    object({
      /** Mean of the losses of the epoch's updates: class loss + λ · language-model loss, nats. */
      trainLoss: number,
      /** Mean classification loss of the measured examples, nats. */
      devLoss: number,
      /** The first of the task's metrics. */
      score: number,
    }),
    1,
  ),
  /** The epoch whose metrics the result has, from 1: the best one. */
  bestEpoch: count,
});

/** How the model of a fine-tuning result was trained, and how it went. */
export type FinetuningRecord = TypeOf<typeof finetuningShape>;

const sweepShape = object({
  setting: oneOf('seed', 'transfer-layers'),
  /** In the order of the setting's values. */
  runs: list(
    object({
      /** The value of the setting; of transferred layers −1 for a model from scratch. */
      value: number,
      /** Name of its own result in the folder of results. */
      file: text,
      fingerprint: text,
      /** What it measured, by id of the metric. */
      metrics: dictionary(number),
    }),
    2,
  ),
  /** Of a curve whose points are means over seeds: these. */
  seeds: optional(list(count, 2)),
  /** Over seeds only: how each metric varies, in the order of the result's metrics, which are the means. */
  spread: optional(
    list(
      object({
        /** Standard deviation, n − 1 in the denominator, in the unit of the metric. */
        deviation: number,
        min: number,
        max: number,
        /** The seed with the best value, the first of equals. */
        best: count,
      }),
      1,
    ),
  ),
});

/** Several runs that differ in one setting only, summed up in one result. */
export type SweepRecord = TypeOf<typeof sweepShape>;

const taskShape = object({
  name: text,
  title: text,
  version: count,
  /** Options of the task that were set to something else than their default, by name; absent when none was. */
  variant: optional(dictionary(text)),
});

/** Which task a result is of. */
export type TaskIdentity = TypeOf<typeof taskShape>;

/** The schema of result files; raised when a reader has to know the difference. */
export const RESULT_SCHEMA = 1;

/** The shape of a result. Keys that this version does not know are let through. */
export const resultShape = object({
  schema: oneOf(RESULT_SCHEMA),
  task: taskShape,
  model: modelShape,
  data: dataShape,
  settings: settingsShape,
  /** Hash of task version, model, data and settings: equal fingerprints must give equal metrics. */
  fingerprint: text,
  metrics: list(metricShape, 1),
  /** Lists that go with the numbers. */
  details: optional(list(detailShape)),
  /** Only where the model was fine-tuned on the task. */
  finetuning: optional(finetuningShape),
  /** Only where the result sums up several runs. */
  sweep: optional(sweepShape),
  counts: object({
    examples: count,
    /** Tokens the model read. With fine-tuning: in all updates and measurements. */
    inputTokens: count,
    /** Tokens whose probability was asked for. With fine-tuning: the extract token of each measured example. */
    scoredTokens: count,
    /** Examples whose context was cut on the left to fit the model. With fine-tuning: segments, at their ends. */
    truncatedExamples: count,
  }),
  /** What differs from the paper's description, or is not said there. */
  deviations: list(text),
  /** The command line that computes it again. */
  command: text,
  environment: object({
    gpt: text,
    node: text,
    onnxruntime: text,
    platform: text,
    cpu: text,
    threads: count,
  }),
  time: object({ finishedAt: text, scoringSeconds: number, tokensPerSecond: number }),
});

/** One model on one task. */
export type Result = TypeOf<typeof resultShape>;
