import { expect, test } from 'vitest';
import { confusion } from './confusion.js';
import { f1 } from './f1.js';
import { matthews } from './matthews.js';

const truth = [1, 1, 1, 0, 0, 1, 0, 1];
const predicted = [1, 0, 1, 0, 1, 1, 0, 1];

test('counts what was predicted for which class', () => {
  expect(confusion(truth, predicted)).toEqual({
    truePositives: 4,
    trueNegatives: 2,
    falsePositives: 1,
    falseNegatives: 1,
  });
});

test('F1 and Matthews of eight examples (scikit-learn 1.9.1)', () => {
  expect(f1(truth, predicted)).toBeCloseTo(0.8, 12);
  expect(matthews(truth, predicted)).toBeCloseTo(0.4666666666666667, 12);
});

test('F1 and Matthews of 200 examples (scikit-learn 1.9.1)', () => {
  const labels = Array.from({ length: 200 }, (_, i) => ((7 * i) % 13 < 6 ? 1 : 0));
  const guesses = Array.from({ length: 200 }, (_, i) => ((7 * i + (i % 5)) % 13 < 6 ? 1 : 0));
  expect(f1(labels, guesses)).toBeCloseTo(0.6702702702702703, 12);
  expect(matthews(labels, guesses)).toBeCloseTo(0.38658431070010574, 12);
});

test('a predictor that always says the same has Matthews 0, and F1 0 where it never finds the class', () => {
  expect(
    matthews(
      truth,
      truth.map(() => 1),
    ),
  ).toBe(0);
  expect(
    f1(
      truth,
      truth.map(() => 0),
    ),
  ).toBe(0);
  expect(f1([0, 0], [0, 0])).toBe(0);
  expect(matthews([1, 0, 1, 0], [0, 1, 0, 1])).toBe(-1);
});

test('lists that do not fit and other classes are refused', () => {
  expect(() => confusion([1], [1, 0])).toThrow('2 predictions for 1 examples');
  expect(() => confusion([1, 2], [1, 0])).toThrow('2 is not class 0 or 1');
});
