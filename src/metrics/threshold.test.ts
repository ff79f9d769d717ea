import { expect, test } from 'vitest';
import { matthews } from './matthews.js';
import { bestThreshold, classesAbove, crossValidatedClasses } from './threshold.js';

test('the threshold lies midway between the two classes that it parts', () => {
  expect(bestThreshold([-1, -5, -2, -4], [1, 0, 1, 0])).toBe(-3);
  expect(classesAbove([-1, -5, -2, -4], -3)).toEqual([1, 0, 1, 0]);
});

test('with classes that overlap it is the one with the best correlation of all', () => {
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
  const truth = [0, 0, 1, 0, 1, 0, 1, 1];
  const threshold = bestThreshold(scores, truth);
  const all = scores.map((score) => matthews(truth, classesAbove(scores, score + 0.05)));
  expect(matthews(truth, classesAbove(scores, threshold))).toBeCloseTo(Math.max(...all), 12);
  // 2 of 2 below and 4 of 6 above: (4·2 − 2·0)/√(6·4·4·2); 4 of 4 and 2 of 4 and so on are worse or equal.
  expect(Math.max(...all)).toBeCloseTo(8 / Math.sqrt(192), 12);
  expect(threshold).toBeCloseTo(0.25, 12);
});

test('scores that tell nothing, or the contrary, leave the same class for all', () => {
  expect(bestThreshold([-2, -2, -2], [1, 0, 1])).toBe(Number.NEGATIVE_INFINITY);
  expect(bestThreshold([-1, -2], [0, 1])).toBe(Number.NEGATIVE_INFINITY);
  expect(classesAbove([-1, -2], Number.NEGATIVE_INFINITY)).toEqual([1, 1]);
});

test('each half is judged by the other: what separates one half only does not help', () => {
  // Even places are parted at −3, odd ones at −30.
  const scores = [-1, -10, -5, -50, -2, -20, -4, -40];
  const truth = [1, 1, 0, 0, 1, 1, 0, 0];
  expect(crossValidatedClasses(scores, truth)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  expect(matthews(truth, classesAbove(scores, bestThreshold(scores, truth)))).toBeGreaterThan(0);
});
