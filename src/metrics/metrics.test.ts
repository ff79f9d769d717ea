import { expect, test } from 'vitest';
import { accuracy } from './accuracy.js';
import { mean } from './mean.js';
import { perplexity } from './perplexity.js';

test('perplexity of 2, 1, 3, 2 nats is exp(2)', () => {
  expect(perplexity([2, 1, 3, 2]).value).toBeCloseTo(7.3890561, 7);
});

test('the standard error of a mean uses n − 1 (numpy 2.3: std(ddof=1)/sqrt(n))', () => {
  expect(mean([2, 1, 3, 2]).standardError).toBeCloseTo(0.40824829, 8);
  expect(perplexity([2, 1, 3, 2]).standardError).toBeCloseTo(7.3890561 * 0.40824829, 6);
});

test('accuracy has the standard error of a proportion: LAMBADA at 45.99 % of 5,153 has 0.69 points', () => {
  const correct = Array.from({ length: 5153 }, (_, i) => i < 2370);
  const { value, standardError, n } = accuracy(correct);
  expect(value).toBeCloseTo(45.99, 2);
  expect(standardError).toBeCloseTo(0.69, 2);
  expect(n).toBe(5153);
});

test('a perfect score has no error, and no examples have no score', () => {
  expect(accuracy([true, true])).toEqual({ value: 100, standardError: 0, n: 2 });
  expect(accuracy([]).value).toBeNaN();
  expect(mean([]).value).toBeNaN();
});
