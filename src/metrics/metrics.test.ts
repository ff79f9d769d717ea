import { expect, test } from 'vitest';
import { accuracy } from './accuracy.js';
import { mean } from './mean.js';
import { bitsPer, perplexity, perplexityPer } from './perplexity.js';

test('perplexity of 2, 1, 3, 2 nats is exp(2)', () => {
  expect(perplexity([2, 1, 3, 2]).value).toBeCloseTo(7.3890561, 7);
});

test('one text has a perplexity for each unit: 8 nats over 4 tokens, 3 words, 15 bytes', () => {
  expect(perplexityPer(8, 4)).toBeCloseTo(7.3890561, 8);
  expect(perplexityPer(8, 3)).toBeCloseTo(14.3919161, 8);
  expect(perplexityPer(8, 15)).toBeCloseTo(1.70460487, 8);
  expect(bitsPer(8, 15)).toBeCloseTo(0.76943736, 8);
  // Perplexity per word is that per token to the power of tokens per word.
  expect(perplexityPer(8, 3)).toBeCloseTo(perplexityPer(8, 4) ** (4 / 3), 8);
});

test('the mean F1 of answers has the standard error of a mean', () => {
  expect(mean([100, 50, 0, 80])).toMatchObject({ value: 57.5, n: 4 });
  expect(mean([100, 50, 0, 80]).standardError).toBeCloseTo(21.7466, 4);
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
