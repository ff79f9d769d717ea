import { expect, test } from 'vitest';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { encodePair, fitContext } from './encode.js';

test('a context that fits stays whole', () => {
  expect(fitContext([1, 2, 3], [4, 5], 4)).toEqual({ ids: [1, 2, 3, 4, 5], from: 3, truncatedTokens: 0 });
});

test('a long context loses its beginning, so that all tokens but the last have a position', () => {
  expect(fitContext([1, 2, 3, 4], [5, 6], 4)).toEqual({ ids: [2, 3, 4, 5, 6], from: 3, truncatedTokens: 1 });
});

test('at least one token of context stays, even before a continuation that is too long by itself', () => {
  const { ids, from } = fitContext([1, 2], [3, 4, 5, 6, 7], 3);
  expect(ids).toEqual([4, 5, 6, 7]);
  expect(from).toBe(1);
});

test('the whole text decides the tokens where the border between context and continuation is one of tokens', () => {
  const { context, continuation } = encodePair({ context: 'ab', continuation: ' cd' }, byteTokenizer());
  expect(continuation).toHaveLength(3);
  expect(context).toHaveLength(2);
});

test('a token that would reach across the border is not formed', () => {
  // "ab" is one token of this vocabulary: together the text would be [ab], which gives the continuation away.
  const tokenizer: Tokenizer = {
    name: 'test',
    vocabSize: 3,
    beginOfText: undefined,
    endOfText: [],
    promptStart: [],
    isCuttable: true,
    fingerprint: '',
    encode: (text) => (text === 'ab' ? [2] : [...text].map((letter) => (letter === 'a' ? 0 : 1))),
    decode: () => '',
  };
  expect(encodePair({ context: 'a', continuation: 'b' }, tokenizer)).toEqual({
    context: [0],
    continuation: [1],
  });
});
