/** How long the same thing took, several times. Milliseconds. */
export interface Timing {
  medianMs: number;
  minMs: number;
  maxMs: number;
  /** How many runs were measured. */
  runs: number;
}

/** Sums up measured times; the mean of the middle two is the median of an even number. Throws RangeError on none. */
export function summarize(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('no times to sum up');
  return { medianMs: (low + high) / 2, minMs: sorted[0]!, maxMs: sorted.at(-1)!, runs: sorted.length };
}

/** 10⁹ floating-point operations per second. */
export function gigaflopRate(flop: number, ms: number): number {
  return flop / ms / 1e6;
}
