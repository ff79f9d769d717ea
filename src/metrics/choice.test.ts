import { expect, test } from 'vitest';
import { mostProbable, prefers, sumLogProbs } from './choice.js';

test('the log-probability of a text is the sum over its tokens', () => {
  expect(sumLogProbs([-1, -0.5, -0.25])).toBe(-1.75);
  expect(sumLogProbs([])).toBe(0);
});

test('the most probable choice is the highest, the first of equal ones', () => {
  expect(mostProbable([-3, -1, -2])).toBe(1);
  expect(mostProbable([-1, -1])).toBe(0);
});

test('a choice is preferred only when it is above every other one', () => {
  expect(prefers([-3, -1, -2], 1)).toBe(true);
  expect(prefers([-3, -1, -2], 0)).toBe(false);
  expect(prefers([-1, -1], 0)).toBe(false);
  expect(prefers([Number.NaN, -1], 0)).toBe(false);
  expect(prefers([-1, Number.NaN], 0)).toBe(false);
});
