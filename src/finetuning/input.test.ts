import { expect, test } from 'vitest';
import { rte } from '../tasks/rte.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { prepareFinetuneExamples, specialTokens, transformInput } from './input.js';

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
    /5 positions hold no example/,
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
