/** How far matrices in few bits may move a number that was published of 32 bits. docs/precision.md has the measurements. */
import type { Dtype } from '../results/dtype.js';
import type { Metric } from '../results/result.js';

/** Of a mean loss over some hundred tokens, nats. */
export const lossTolerance: Readonly<Record<Dtype, number>> = { fp32: 0, q8: 0.01, q4: 0.2 };

/** Of a perplexity or a rate over a whole benchmark, as a share of the value. */
const shares: Readonly<Record<Exclude<Dtype, 'fp32'>, number>> = { q8: 0.005, q4: 0.2 };

/** Of a percentage or points over a whole benchmark: what a few turned decisions are worth. */
const points: Readonly<Record<Exclude<Dtype, 'fp32'>, number>> = { q8: 0.5, q4: 3 };

/** What is added to the tolerance of a metric; 0 where nothing was rounded. */
export function roundingOf({ unit, value }: Pick<Metric, 'unit' | 'value'>, dtype: Dtype = 'fp32'): number {
  if (dtype === 'fp32') return 0;
  return unit === 'percent' || unit === 'points' ? points[dtype] : shares[dtype] * Math.abs(value);
}
