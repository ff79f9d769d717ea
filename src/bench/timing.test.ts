import { expect, test } from 'vitest';
import { gigaflopRate, summarize } from './timing.js';

test('the median is the middle one, or the mean of the two in the middle', () => {
  expect(summarize([5, 1, 9])).toEqual({ medianMs: 5, minMs: 1, maxMs: 9, runs: 3 });
  expect(summarize([5, 1, 9, 7])).toEqual({ medianMs: 6, minMs: 1, maxMs: 9, runs: 4 });
  expect(() => summarize([])).toThrow(RangeError);
});

test('a billion operations in a second are one gigaflop per second', () => {
  expect(gigaflopRate(1e9, 1000)).toBe(1);
});
