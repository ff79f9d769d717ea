/** A mean and how sure it is. */
export interface Estimate {
  value: number;
  /** Standard error of the value; 0 for a single observation. */
  standardError: number;
  n: number;
}

/** Mean of numbers with standard error s/√n, s with n − 1 in the denominator. Accumulates in float64. NaN for no numbers. */
export function mean(values: readonly number[]): Estimate {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const average = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - average) ** 2;
  return { value: average, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0, n };
}
