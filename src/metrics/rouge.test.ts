import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { seededUniform } from '../testing/random.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { type RougeOptions, type RougeScores, rouge } from './rouge.js';
import { splitSentences } from './sentences.js';

const keys = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const;

test('counts words and pairs of words', () => {
  const scores = rouge(['the cat sat on the mat'], ['the cat was on the mat']);
  expect(scores.rouge1).toBeCloseTo(5 / 6, 12);
  expect(scores.rouge2).toBeCloseTo(0.6, 12);
  expect(scores.rougeL).toBeCloseTo(5 / 6, 12);
  expect(scores.rougeLsum).toBeCloseTo(5 / 6, 12);
});

test('stems make killed and kill the same word', () => {
  const texts = [['police killed the gunman'], ['police kill the gunman']] as const;
  expect(rouge(...texts).rouge1).toBe(1);
  expect(rouge(...texts, { stem: false }).rouge1).toBe(0.75);
  // Words of up to three letters are left alone.
  expect(rouge(['dogs did use'], ['dog die uses']).rouge1).toBeCloseTo(2 / 3, 12);
});

test('the order of sentences matters for ROUGE-L only', () => {
  const scores = rouge(
    ['the cat slept all day .', 'the dog barked loudly .'],
    ['the dog barked .', 'the cat slept all day .'],
  );
  expect(scores.rouge1).toBeCloseTo(0.94117647, 8);
  expect(scores.rouge2).toBeCloseTo(0.8, 12);
  expect(scores.rougeL).toBeCloseTo(0.58823529, 8);
  expect(scores.rougeLsum).toBeCloseTo(0.94117647, 8);
});

test('the union over sentences is that of the ROUGE paper, §3.2', () => {
  const scores = rouge(['w1 w2 w6 w7 w8', 'w1 w3 w8 w9 w5'], ['w1 w2 w3 w4 w5']);
  expect(scores.rougeLsum).toBeCloseTo((2 * 0.4 * 0.8) / (0.4 + 0.8), 12);
});

test('a word counts at most as often as both texts have it', () => {
  // Without the limit the two reference sentences would find the one "cat" twice: F1 4/3.
  expect(rouge(['cat'], ['cat', 'cat']).rougeLsum).toBeCloseTo(2 / 3, 12);
});

test('texts without words score 0', () => {
  const nothing = { rouge1: 0, rouge2: 0, rougeL: 0, rougeLsum: 0 };
  expect(rouge([], ['some words'])).toEqual(nothing);
  expect(rouge(['/'], ['some words'])).toEqual(nothing);
  expect(rouge(['some words'], ['…'])).toEqual(nothing);
});

// torchmetrics 1.9.0, which follows rouge_score. Few words, so that there are many longest common subsequences to choose from.
test.each([
  [
    [3, 5, 2, 1],
    [0.7083333, 0.3913043, 0.4583333, 0.625],
  ],
  [
    [1, 2, 5, 3],
    [0.875, 0.4347826, 0.5833333, 0.7916667],
  ],
  [
    [4, 1, 3, 6],
    [0.5416667, 0, 0.5, 0.5416667],
  ],
  [
    [6, 3, 1, 4],
    [0.7916667, 0.3913043, 0.5, 0.75],
  ],
] as [[number, number, number, number], number[]][])('texts of seven words, %j', ([a, b, c, d], expected) => {
  const text = (square: number, linear: number, sentences: number, length: number) =>
    Array.from({ length: sentences }, (_, s) =>
      Array.from({ length }, (_, i) => `w${(square * (s * length + i) ** 2 + linear * i + s) % 7}`).join(' '),
    );
  const scores = rouge(text(c, d, 4, 6), text(a, b, 3, 8));
  keys.forEach((key, index) => {
    expect(scores[key]).toBeCloseTo(expected[index]!, 6);
  });
});

/** Mean scores in percent of a system that picks sentences of the articles. */
function meanScores(pick: (sentences: string[]) => string[], options: RougeOptions): RougeScores {
  const sums = { rouge1: 0, rouge2: 0, rougeL: 0, rougeLsum: 0 };
  for (const { sentences, highlights } of articles()) {
    const scores = rouge(pick(sentences), highlights, options);
    for (const key of keys) sums[key] += scores[key];
  }
  for (const key of keys) sums[key] *= 100 / articles().length;
  return sums;
}

let read: { sentences: string[]; highlights: string[] }[] | undefined;

function articles() {
  read ??= (
    parse(readFileSync(path.join(dataFolder, 'cnn-dailymail', 'cnn_dailymail_test.csv')), {
      columns: true,
    }) as { article: string; highlights: string }[]
  ).map(({ article, highlights }) => ({
    sentences: splitSentences(article),
    highlights: highlights.split('\n'),
  }));
  return read;
}

function expectNear(found: RougeScores, expected: readonly number[], tolerance: number): void {
  keys.forEach((key, index) => {
    const difference = Math.abs(found[key] - expected[index]!);
    expect(difference, `${key} ${found[key]} and ${expected[index]}`).toBeLessThan(tolerance);
  });
}

test.skipIf(!hasData)(
  `Lede-3 on 500 articles of CNN/DailyMail scores as with another splitter and ROUGE${needsData}`,
  () => {
    expect(articles()).toHaveLength(500);
    const first3 = (sentences: string[]) => sentences.slice(0, 3);
    expectNear(meanScores(first3, { stem: true }), [30.25, 11.92, 20.72, 27.01], 0.3);
    expectNear(meanScores(first3, { stem: false }), [29.04, 11.48, 20.11, 26.11], 0.3);
  },
);

test.skipIf(!hasData)(`Random-3 on them scores as with another draw, over 4 draws${needsData}`, () => {
  const random = seededUniform(1);
  const draws = Array.from({ length: 4 }, () =>
    meanScores((sentences) => drawThree(sentences, random), { stem: true }),
  );
  const average = (key: keyof RougeScores) => draws.reduce((sum, draw) => sum + draw[key], 0) / draws.length;
  const [rouge1, rouge2, rougeL, rougeLsum] = keys.map(average) as [number, number, number, number];
  // One draw has a standard deviation of 0.34 (16 draws), a mean of 4 has 0.17: 1.0 is 2.7 of those of the difference.
  expectNear({ rouge1, rouge2, rougeL, rougeLsum }, [23.53, 6.29, 15.48, 20.71], 1);
});

function drawThree(sentences: readonly string[], random: () => number): string[] {
  const places = [...sentences.keys()];
  while (places.length > 3) places.splice(Math.floor(random() * places.length), 1);
  return places.map((place) => sentences[place]!);
}
