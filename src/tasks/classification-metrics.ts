/** The metrics of tasks that a model is fine-tuned on, from what is kept of their examples. */
import { accuracy } from '../metrics/accuracy.js';
import { f1 } from '../metrics/f1.js';
import { matthews } from '../metrics/matthews.js';
import { pearson } from '../metrics/pearson.js';
import { spearman } from '../metrics/spearman.js';
import type { Metric } from '../results/result.js';
import type { ClassifiedRecord, FurtherSplit } from './finetune-task.js';

type Records = readonly ClassifiedRecord[];

/** Share of right classes, in percent. `of` says of which part of the data, for people and in the id. */
export function accuracyMetric(records: Records, of?: string): Metric {
  return {
    id: of === undefined ? 'accuracy' : `accuracy_${of}`,
    label: of === undefined ? 'accuracy' : `accuracy, ${of}`,
    ...accuracy(records.map(({ label, predicted }) => label === predicted)),
    unit: 'percent',
    higherIsBetter: true,
  };
}

/** F1 of class 1, 0 to 100. */
export function f1Metric(records: Records): Metric {
  return points('f1', 'F1', f1(...truthAndPrediction(records)), records.length);
}

/** Matthews correlation of two classes, −100 to 100; 0 for an answer that is always the same. */
export function matthewsMetric(records: Records): Metric {
  return points('matthews', 'Matthews correlation', matthews(...truthAndPrediction(records)), records.length);
}

/**
 * Correlations of predicted with given scores, −100 to 100. 0 where one of them is always the same: the correlation is not defined
 * then, and an epoch with such answers must not be chosen.
 */
export function correlationMetrics(truth: readonly number[], predicted: readonly number[]): Metric[] {
  const { length } = truth;
  return [
    points('pearson', 'Pearson correlation', pearson(truth, predicted) || 0, length),
    points('spearman', 'Spearman correlation', spearman(truth, predicted) || 0, length),
  ];
}

/** A further split that has the metrics of the task itself, with its name behind their ids. */
export function sameMetrics<Row>(
  id: string,
  dataset: FurtherSplit<Row>['dataset'],
  metrics: (records: Records) => Metric[],
): FurtherSplit<Row> {
  return {
    id,
    dataset,
    metrics: (records) =>
      metrics(records).map((metric) => ({
        ...metric,
        id: `${metric.id}_${id}`,
        label: `${metric.label}, ${id}`,
      })),
  };
}

function points(id: string, label: string, share: number, n: number): Metric {
  return {
    id,
    label,
    value: 100 * share,
    standardError: null,
    n,
    unit: 'points',
    higherIsBetter: true,
  };
}

function truthAndPrediction(records: Records): [number[], number[]] {
  return [records.map(({ label }) => label as number), records.map(({ predicted }) => predicted)];
}
