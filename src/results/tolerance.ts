/**
 * How far a number may be from a committed one and still be the same result, in one table.
 *
 * On one machine a run gives the same bits every time, whatever the number of threads or the size of a batch. Another processor adds up
 * products in another order. What that does can be seen on one machine by running the exported form of a model, which is made of
 * other operations: with `tiny` perplexities move by less than one part in ten million, and no answer becomes another one. A thousand
 * times that is allowed for processors nobody has tried. A decision (which option, which word) changes only where two candidates are all
 * but equal, but then by a whole example: percentages and points may differ by what one example is worth.
 */
import type { Metric, MetricUnit, Result } from './result.js';

/** The largest difference: the largest of the three, those that are given. */
interface Tolerance {
  /** In the unit of the metric. */
  absolute?: number;
  /** As a share of the committed value. */
  relative?: number;
  /** What one example is worth when every example counts the same, in the unit of the metric times n. */
  perExample?: number;
}

/** For the metrics of a model that was evaluated as it is. */
const tolerances: Readonly<Record<MetricUnit, Tolerance>> = {
  perplexity: { relative: 1e-4 },
  nats: { relative: 1e-4 },
  'bits per byte': { relative: 1e-4 },
  'bits per character': { relative: 1e-4 },
  percent: { absolute: 0.05, perExample: 100 },
  points: { absolute: 0.05, perExample: 100 },
  share: { absolute: 5e-4, perExample: 1 },
  count: { absolute: 1 },
};

/** A standard error is a number about a number: it is held to a hundredth, where the value's own tolerance is not wider. */
const STANDARD_ERROR_RELATIVE = 1e-2;

/**
 * The largest difference between a metric of a committed result and of a fresh one, in the unit of the metric. After
 * fine-tuning it is at least the standard error: every update carries the rounding of the ones before it on, so that two
 * processors end in different weights, as two seeds do, only less so.
 */
export function toleranceOf({ unit, value, n, standardError }: Metric, result: Result): number {
  const { absolute = 0, relative = 0, perExample = 0 } = tolerances[unit];
  const trained = result.finetuning === undefined ? 0 : (standardError ?? 0);
  return Math.max(absolute, relative * Math.abs(value), n === 0 ? 0 : perExample / n, trained);
}

/** The same for the standard error of the metric. */
export function standardErrorTolerance(metric: Metric, result: Result): number {
  return Math.max(toleranceOf(metric, result), STANDARD_ERROR_RELATIVE * (metric.standardError ?? 0));
}
