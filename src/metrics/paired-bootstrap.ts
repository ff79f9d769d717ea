import { xoshiro128 } from '../random/random-numbers.js';
import { drawBelow } from '../random/shuffle.js';

/** What resampling the same examples for two models says about the difference of a number. */
export interface BootstrapDifference {
  /** 95 % percentile interval of the difference. */
  interval: [low: number, high: number];
  /** Two-sided: twice the share of samples in which the difference has the other sign, or none; the data itself counts as one more. */
  p: number;
}

/**
 * Draws as many examples as there are, with replacement, again and again, and asks for the differences that follow from each sample
 * (Efron and Tibshirani 1993). The same seed gives the same samples. Undefined for a difference that is not a number in some sample.
 */
export function pairedBootstrap(
  examples: number,
  differences: (sample: readonly number[]) => readonly number[],
  { samples, seed = 1 }: { samples: number; seed?: number },
): (BootstrapDifference | undefined)[] {
  const below = drawBelow(xoshiro128([seed, 2, 3, 5]));
  const drawn = Array.from({ length: samples }, () =>
    differences(Array.from({ length: examples }, () => below(examples))),
  );
  return drawn[0]!.map((_, place) => {
    const values = drawn.map((one) => one[place]!).sort((a, b) => a - b);
    if (values.some((value) => !Number.isFinite(value))) return undefined;
    const at = (share: number) => values[Math.min(samples - 1, Math.floor(share * samples))]!;
    const below = values.filter((value) => value <= 0).length;
    const above = values.filter((value) => value >= 0).length;
    return {
      interval: [at(0.025), at(0.975)],
      p: Math.min(1, (2 * (Math.min(below, above) + 1)) / (samples + 1)),
    };
  });
}
