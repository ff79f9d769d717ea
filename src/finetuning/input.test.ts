import { expect, test } from 'vitest';
import type { Segment } from '../tasks/finetune-task.js';
import { race } from '../tasks/race.js';
import { rte } from '../tasks/rte.js';
import { stsB, stsBRegression } from '../tasks/sts-b.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import {
  prepareFinetuneExamples,
  specialTokens,
  type Truncation,
  transformInput,
  truncationOf,
} from './input.js';

const special = specialTokens(100);
const [S, D, E] = [special.start, special.delimiter, special.extract];

test('the three special tokens come behind the vocabulary', () => {
  expect([S, D, E]).toEqual([100, 101, 102]);
});

test('each kind of head has its sequences', () => {
  const sequences = (kind: Parameters<typeof transformInput>[0], segments: number[][]) =>
    transformInput(kind, segments, special, 512).sequences;
  expect(sequences('classification', [[1, 2]])).toEqual([[S, 1, 2, E]]);
  expect(sequences('classification', [[1, 2], [3]])).toEqual([[S, 1, 2, D, 3, E]]);
  expect(sequences('similarity', [[1, 2], [3]])).toEqual([
    [S, 1, 2, D, 3, E],
    [S, 3, D, 1, 2, E],
  ]);
  expect(sequences('choice', [[1, 2], [3], [4, 5]])).toEqual([
    [S, 1, 2, D, 3, E],
    [S, 1, 2, D, 4, 5, E],
  ]);
});

test('with 512 positions each segment keeps its first 254 tokens, as in the release', () => {
  const long = Array.from({ length: 300 }, (_, i) => i % 100);
  const { sequences, truncatedTokens } = transformInput('classification', [long, [7]], special, 512);
  expect(sequences[0]).toEqual([S, ...long.slice(0, 254), D, 7, E]);
  expect(truncatedTokens).toBe(46);
  expect(transformInput('classification', [long, long], special, 512).sequences[0]).toHaveLength(511);
});

test('a text that stands alone has the whole context', () => {
  const long = Array.from({ length: 20 }, () => 1);
  const { sequences, truncatedTokens } = transformInput('classification', [long], special, 16);
  expect(sequences[0]).toHaveLength(16);
  expect(truncatedTokens).toBe(6);
});

test('a context without room for text is refused', () => {
  expect(() => transformInput('classification', [[1], [2]], special, 5)).toThrow(
    /A context of 5 tokens holds no example/,
  );
});

test('a pair of RTE becomes premise, delimiter, hypothesis', () => {
  const tokenizer = byteTokenizer();
  const row = { premise: 'ab', hypothesis: 'c', label: 1 };
  const [example] = prepareFinetuneExamples(rte, [row], tokenizer, { vocabSize: 257, nCtx: 64 });
  expect(example).toMatchObject({ index: 0, target: 1, truncatedTokens: 0 });
  expect(example!.sequences).toEqual([[257, ...tokenizer.encode('ab'), 258, ...tokenizer.encode('c'), 259]]);
  expect(example!.input).toMatch(/^[0-9a-f]{16}$/);
});

test('of a context that says so only its first part is cut, as far as the longest answer needs it, and for all alike', () => {
  const article = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const context = { cuttable: article, after: [20, 21] };
  const { sequences, truncatedTokens } = transformInput('choice', [context, [30], [31, 32, 33]], special, 14);
  expect(sequences).toEqual([
    [S, 1, 2, 3, 4, 5, 6, 20, 21, D, 30, E],
    [S, 1, 2, 3, 4, 5, 6, 20, 21, D, 31, 32, 33, E],
  ]);
  expect(sequences[1]).toHaveLength(14);
  expect(truncatedTokens).toBe(3);
  const whole = transformInput('choice', [context, [30], [31, 32, 33]], special, 17);
  expect(whole.sequences[1]).toEqual([S, ...article, 20, 21, D, 31, 32, 33, E]);
  expect(whole.truncatedTokens).toBe(0);
});

test('question and answers that fill the context alone are cut too, each to its share', () => {
  const context = { cuttable: [1, 2, 3], after: Array.from({ length: 20 }, () => 20) };
  const { sequences } = transformInput(
    'choice',
    [context, Array.from({ length: 20 }, () => 30)],
    special,
    13,
  );
  expect(sequences[0]!.length).toBeLessThanOrEqual(13);
  expect(sequences[0]).toEqual([S, 1, 2, 20, 20, 20, 20, D, 30, 30, 30, 30, E]);
});

test('empty texts, which some data sets have, leave the special tokens', () => {
  const sequences = (kind: Parameters<typeof transformInput>[0], segments: number[][]) =>
    transformInput(kind, segments, special, 512).sequences;
  expect(sequences('classification', [[]])).toEqual([[S, E]]);
  expect(sequences('similarity', [[], [3]])).toEqual([
    [S, D, 3, E],
    [S, 3, D, E],
  ]);
  expect(sequences('choice', [[1], [], [2]])).toEqual([
    [S, 1, D, E],
    [S, 1, D, 2, E],
  ]);
});

test('how the texts of a task are cut has a name, and the sizes that are cut to', () => {
  const rules: [Segment[], Truncation['rule'], number][] = [
    [['a'], 'text', 510],
    [['a', 'b'], 'segments', 254],
    [['a', 'b', 'c'], 'segments', 254],
    [[{ cuttable: 'a', after: 'b' }, 'c', 'd'], 'context', 254],
  ];
  for (const [segments, rule, segmentTokens] of rules) {
    expect(truncationOf(segments, 512)).toEqual({ rule, sequenceTokens: 512, segmentTokens });
    const long = segments.map(() => Array.from({ length: 600 }, () => 1));
    const [sequence] = transformInput(
      segments.length === 1 ? 'classification' : 'choice',
      long,
      special,
      512,
    ).sequences;
    if (rule !== 'context') expect(sequence!.indexOf(segments.length === 1 ? E : D)).toBe(1 + segmentTokens);
  }
});

test('a question of RACE keeps question and answers whole, and its level', () => {
  const tokenizer = byteTokenizer();
  const row = {
    article: 'Once there was a very long text.',
    question: 'What?',
    options: ['a', 'bc', 'd', 'e'],
    label: 2,
    level: 'high',
    id: 'high1.txt',
  };
  const [example] = prepareFinetuneExamples(race, [row], tokenizer, { vocabSize: 257, nCtx: 24 });
  expect(example).toMatchObject({ target: 2, group: 'high' });
  expect(example!.truncatedTokens).toBe(19);
  expect(example!.sequences).toEqual(
    row.options.map((option) => [
      257,
      ...tokenizer.encode('Once there wa What?'),
      258,
      ...tokenizer.encode(option),
      259,
    ]),
  );
});

test('a score of STS-B becomes a soft label, and of the regression a number', () => {
  const row = { sentence1: 'a', sentence2: 'b', score: 3.4 };
  const sizes = { vocabSize: 257, nCtx: 64 };
  const [soft] = prepareFinetuneExamples(stsB, [row], byteTokenizer(), sizes);
  const [number] = prepareFinetuneExamples(stsBRegression, [row], byteTokenizer(), sizes);
  expect(number!.target).toBe(3.4);
  expect((soft!.target as number[]).map((p) => Number(p.toFixed(12)))).toEqual([0, 0, 0, 0.6, 0.4, 0]);
  expect(soft!.sequences).toHaveLength(2);
  expect(soft!.sequences).toEqual(number!.sequences);
});
