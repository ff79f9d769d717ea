import { matthews } from './matthews.js';

/** Class 1 for every score above the threshold, else class 0. */
export function classesAbove(scores: readonly number[], threshold: number): number[] {
  return scores.map((score) => (score > threshold ? 1 : 0));
}

/**
 * The threshold with which `score > threshold` agrees best with classes 0 and 1, by Matthews correlation: of those midway
 * between two neighbouring scores the lowest best one; −Infinity where none is better than always saying 1.
 */
export function bestThreshold(scores: readonly number[], truth: readonly number[]): number {
  const sorted = [...new Set(scores)].sort((a, b) => a - b);
  let best = { threshold: Number.NEGATIVE_INFINITY, correlation: 0 };
  for (const [place, score] of sorted.slice(1).entries()) {
    const threshold = (sorted[place]! + score) / 2;
    const correlation = matthews(truth, classesAbove(scores, threshold));
    if (correlation > best.correlation) best = { threshold, correlation };
  }
  return best.threshold;
}

/**
 * Classes from thresholds that saw none of the scores they judge: examples with an even number are judged by the best
 * threshold of those with an odd one, and the other way round.
 */
export function crossValidatedClasses(scores: readonly number[], truth: readonly number[]): number[] {
  const thresholdOf = (half: number) => {
    const inHalf = (_: number, index: number) => index % 2 === half;
    return bestThreshold(scores.filter(inHalf), truth.filter(inHalf));
  };
  const [even, odd] = [thresholdOf(0), thresholdOf(1)];
  return scores.map((score, index) => (score > (index % 2 === 0 ? odd : even) ? 1 : 0));
}
