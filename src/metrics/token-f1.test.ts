import { expect, test } from 'vitest';
import { coqaScore } from './coqa.js';
import { normaliseAnswer } from './normalise-answer.js';
import { compareAnswers } from './token-f1.js';

test.each([
  ['The Eiffel-Tower!', 'eiffeltower'],
  ['U.S.A.', 'usa'],
  ['An apple a day', 'apple day'],
  ['A+', ''],
  ['the', ''],
  ['  to \t Thé a\u00a0b ', 'to thé b'],
  ['théa the-a', 'théa thea'],
  ['“The” $1_000', '“ ” 1000'],
  // As Python 3.11: U+FEFF is no white space, wherever it stands.
  ['\ufeffthe cat\ufeff', '\ufeff cat\ufeff'],
])('%j is compared as %j', (text, normalised) => {
  expect(normaliseAnswer(text)).toBe(normalised);
});

test('F1 counts common words as often as both have them', () => {
  expect(compareAnswers('the cat sat on a mat', ['a cat on the mat']).f1).toBeCloseTo(6 / 7, 12);
  expect(compareAnswers('yes yes yes', ['yes no']).f1).toBeCloseTo(0.4, 12);
});

test('the best reference counts, for each of the two numbers', () => {
  expect(compareAnswers('Mark Shuttleworth', ['Mark Richard Shuttleworth', 'shuttleworth, mark'])).toEqual({
    exactMatch: 0,
    f1: 1,
    empty: false,
  });
  expect(compareAnswers('The Beatles!', ['Queen', 'beatles'])).toEqual({
    exactMatch: 1,
    f1: 1,
    empty: false,
  });
});

test('answers of which nothing is left are equal to each other only, and reported', () => {
  expect(compareAnswers('a', ['the'])).toEqual({ exactMatch: 1, f1: 1, empty: true });
  expect(compareAnswers('A', ['A+'])).toEqual({ exactMatch: 1, f1: 1, empty: true });
  expect(compareAnswers('the', ['cat'])).toEqual({ exactMatch: 0, f1: 0, empty: true });
  expect(compareAnswers('cat', ['the', 'dog'])).toEqual({ exactMatch: 0, f1: 0, empty: true });
});

test('without a reference there is no score', () => {
  expect(() => compareAnswers('cat', [])).toThrow(RangeError);
  expect(() => coqaScore('cat', [])).toThrow(RangeError);
});

test('CoQA leaves each reference out once', () => {
  const references = ['yes', 'Yes', 'she did', 'Yes, she did'];
  expect(references.map((reference) => compareAnswers('yes she did', [reference]).f1)).toEqual([
    0.5, 0.5, 0.8, 1,
  ]);
  const score = coqaScore('yes she did', references);
  expect(score.f1).toBeCloseTo(0.95, 12);
  expect(score.exactMatch).toBe(0.75);
  expect(score.empty).toBe(false);
});

test('CoQA with one reference compares with that one', () => {
  expect(coqaScore('in the park', ['a park'])).toEqual(compareAnswers('in the park', ['a park']));
});
