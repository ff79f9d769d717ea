import type { Estimate } from './mean.js';

/** Share of true values in percent, with the standard error √(p(1−p)/n) of a proportion. NaN for no values. */
export function accuracy(correct: readonly boolean[]): Estimate {
  const n = correct.length;
  const p = correct.filter(Boolean).length / n;
  return { value: 100 * p, standardError: 100 * Math.sqrt((p * (1 - p)) / n), n };
}
