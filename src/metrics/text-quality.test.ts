import { expect, test } from 'vitest';
import { distinct, repetition } from './repetition.js';
import { selfBleu } from './self-bleu.js';
import { zipfCoefficient } from './zipf.js';

const texts = [
  'the cat sat on the mat and the cat sat on the rug',
  'a dog sat on the mat and looked at the cat',
  'the cat sat on the mat and the dog looked',
  'no one sat anywhere',
  'rain',
].map((text) => text.split(' '));

test('repetition and distinct n-grams as NLTK 3.10.3 counts n-grams', () => {
  expect([2, 3, 4].map((n) => repetition(texts[0]!, n))).toEqual([1 / 3, 3 / 11, 1 / 5].map(near));
  expect([1, 2, 3].map((n) => distinct(texts, n))).toEqual([15 / 39, 18 / 34, 0.6].map(near));
  expect([repetition(['one'], 2), distinct([], 1)]).toEqual([0, 0]);
});

test('self-BLEU is the mean of sentence_bleu of NLTK 3.10.3 with smoothing method 1', () => {
  expect(selfBleu(texts)).toBeCloseTo(0.3592755564088758, 12);
  expect(selfBleu([texts[0]!, texts[0]!])).toBeCloseTo(1, 12);
  expect(selfBleu([texts[0]!])).toBeNaN();
  expect(selfBleu([[], texts[0]!])).toBe(0);
});

test('the Zipf coefficient is the slope of scipy 1.17.1 (linregress of logarithms)', () => {
  expect(zipfCoefficient(texts)).toBeCloseTo(0.9129011542295385, 12);
});

const near = (value: number) => expect.closeTo(value, 12);
