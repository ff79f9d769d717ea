import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type LambadaRow, lambadaOpenai } from '../datasets/lambada.js';
import { loadDataset } from '../datasets/load.js';
import { encodePair, fitContext } from '../evaluation/encode.js';
import { inputLength } from '../runtime/batch.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { loadTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { lambada, lambadaTokenised } from './lambada.js';
import { isStopWord } from './stop-words.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

// Counts of protocols that are known for the published file; tokens by tiktoken's GPT-2 encoding.
describe.skipIf(!hasData)(`the published OpenAI file${needsData}`, () => {
  let rows: LambadaRow[];
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    rows = (await loadDataset(lambadaOpenai, { dataDir: dataFolder, fetch: noHub })).rows;
    tokenizer = await loadTokenizer(path.join(dataFolder, 'tokenizers', 'gpt2'), { architecture: 'gpt2' });
  });

  test('has 5,153 passages with the published sha256', async () => {
    const data = await loadDataset(lambadaOpenai, { dataDir: dataFolder, fetch: noHub });
    expect(data.rows).toHaveLength(5153);
    expect(data.sha256).toBe('4aa8d02cd17c719165fc8a7887fddd641f43fcafa4b1c806ca8abc31fabdb226');
  });

  test('the last words have 1, 2, 3, 4, 5, 8, 10 tokens in 4,010, 913, 205, 17, 4, 3, 1 passages; no context is cut', () => {
    const examples = rows.flatMap(lambada.requests).map((request) => {
      const { context, continuation } = encodePair(request, tokenizer);
      return fitContext(context, continuation, 1024);
    });
    const lengths = new Map<number, number>();
    for (const { ids, from } of examples) {
      const tokens = ids.length - from;
      lengths.set(tokens, (lengths.get(tokens) ?? 0) + 1);
    }
    expect([...lengths].sort(([a], [b]) => a - b)).toEqual([
      [1, 4010],
      [2, 913],
      [3, 205],
      [4, 17],
      [5, 4],
      [8, 3],
      [10, 1],
    ]);
    const totals = examples.map(({ ids }) => ids.length);
    expect(Math.min(...totals)).toBe(57);
    expect(Math.max(...totals)).toBe(224);
    const sum = totals.reduce((a, b) => a + b, 0);
    expect(sum / rows.length).toBeCloseTo(83.5, 1);
    expect(examples.reduce((total, request) => total + inputLength(request), 0)).toBe(sum - 5153);
    expect(examples.every(({ truncatedTokens }) => truncatedTokens === 0)).toBe(true);
  });

  test('encoding context and word apart gives the tokens of the whole in every passage', () => {
    for (const { context, word } of rows) {
      const apart = [...tokenizer.encode(context), ...tokenizer.encode(` ${word}`)];
      expect(apart).toEqual(tokenizer.encode(`${context} ${word}`));
    }
  });

  test('47 last words are stop words, and 7 passages would be cut elsewhere by splitting at any white space', () => {
    expect(rows.filter(({ word }) => isStopWord(word))).toHaveLength(47);
    expect(rows.filter(({ word }) => /\s/.test(word))).toHaveLength(7);
  });

  test('the tokenised file has as many passages, in lower case', async () => {
    const data = await loadDataset(lambadaTokenised.dataset, { dataDir: dataFolder, fetch: noHub });
    expect(data.rows).toHaveLength(5153);
    expect(data.rows[0]!.word).toBe('signs');
  });
});
