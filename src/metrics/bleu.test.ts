import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { bleuStatistics, corpusBleu } from './bleu.js';
import { tokenize13a } from './tokenizer-13a.js';

// All values: sacrebleu 2.6.0.

test.each([
  [
    "Hello, world! It's 3.14 (approx.) — U.S. $1,000.50 a 10-year plan &amp; more.",
    "Hello , world ! It's 3.14 ( approx . ) — U . S . $ 1,000.50 a 10 - year plan & more .",
  ],
  ['L\'été, c\'est "super"…', 'L\'été , c\'est " super " …'],
  ['&amp;lt;tag&gt; <skipped>x &quot;q&quot;', '< tag > x " q "'],
  ['a-\nb\nc', 'ab c'],
  ['foo-\n', 'foo-'],
  ['1,5 %\u00a0de 3.000,50 €, 5-6, x.y,z .5. 😀.', '1,5 % de 3.000,50 € , 5 - 6 , x . y , z . 5 . 😀 .'],
  [
    '  {a}[b]~`c`\\d_e^f@g:h;i/j*k+l=m|n  ',
    '{ a } [ b ] ~ ` c ` \\ d _ e ^ f @ g : h ; i / j * k + l = m | n',
  ],
  ['', ''],
])('13a tokens of %j', (text, tokens) => {
  expect(tokenize13a(text).join(' ')).toBe(tokens);
});

const bleu = (hypotheses: readonly string[], ...references: readonly string[][]) =>
  corpusBleu(
    hypotheses.map((hypothesis, index) =>
      bleuStatistics(
        hypothesis,
        references.map((list) => list[index]!),
      ),
    ),
  );

test('statistics of a sentence', () => {
  expect(bleuStatistics('the cat is on the mat', ['the cat sat on the mat'])).toEqual({
    matches: [5, 3, 1, 0],
    totals: [6, 5, 4, 3],
    hypothesisLength: 6,
    referenceLength: 6,
  });
});

test('two sentences that are too short together', () => {
  const result = bleu(
    ['the cat is on the mat', 'there is a dog in the garden'],
    ['the cat sat on the mat', 'there is a dog in the big garden'],
  );
  expect(result.score).toBeCloseTo(58.54828907695338, 9);
  expect(result.brevityPenalty).toBeCloseTo(0.925961078642316, 12);
  expect(result.precisions).toEqual([1200 / 13, 800 / 11, 500 / 9, 300 / 7]);
});

const hypotheses = [
  'It was 3.5 degrees, he said.',
  'The House of Lords, the upper house, met at 10 a.m.',
  'No match whatsoever',
  'short',
];
const first = [
  'It was 3.5 degrees, she said.',
  'The House of Lords met at 10 a.m. today.',
  'Nothing like it &amp; more',
  'A short one',
];
const second = [
  'The temperature was 3.5 degrees, he said.',
  'At ten the Lords, the upper house, met.',
  'Another',
  'Short.',
];

test('one reference, and two of which the closest in length counts', () => {
  const one = bleu(hypotheses, first);
  expect(one.score).toBeCloseTo(50.20756205737141, 9);
  expect([one.hypothesisLength, one.referenceLength]).toEqual([28, 29]);
  const two = bleu(hypotheses, first, second);
  expect(two.score).toBeCloseTo(85.94597433019177, 9);
  expect([two.hypothesisLength, two.referenceLength]).toEqual([28, 24]);
});

test('orders without a match are smoothed, one after the other', () => {
  const result = bleu(['a b c d x'], ['a b y c d']);
  expect(result.precisions).toEqual([80, 50, 100 / 6, 12.5]);
  expect(result.score).toBeCloseTo(30.213753973567677, 9);
});

test('BLEU is 0 without 4-grams, without matches and without words', () => {
  expect(bleu(['a small house'], ['a little house'])).toMatchObject({
    score: 0,
    precisions: [200 / 3, 25, 25, 0],
  });
  expect(bleu(['a b c d e'], ['x y'])).toMatchObject({ score: 0, brevityPenalty: 1 });
  expect(bleu([''], ['a little house'])).toMatchObject({ score: 0, brevityPenalty: 0 });
});

test.skipIf(!hasData)(
  `newstest2014: English as it is, and French without every ninth word${needsData}`,
  () => {
    const [english, french] = ['en', 'fr'].map((language) =>
      readFileSync(path.join(dataFolder, 'wmt14', `newstest2014.${language}`), 'utf8')
        .trimEnd()
        .split('\n'),
    ) as [string[], string[]];
    const copied = bleu(english, french);
    expect(copied.score).toBeCloseTo(2.4266654864025745, 9);
    expect([copied.hypothesisLength, copied.referenceLength]).toEqual([70708, 77306]);
    const shortened = french.map((line) =>
      line
        .split(' ')
        .filter((_, index) => index % 9 !== 4)
        .join(' '),
    );
    expect(bleu(shortened, french).score).toBeCloseTo(71.83652141464785, 9);
  },
);
