import { expect, test } from 'vitest';
import { UserError } from '../errors.js';
import { byteTokenizer } from '../tokenizers/byte-tokenizer.js';
import { encodePrompt } from './prompt.js';

const tokenizer = byteTokenizer();
const shown = (prompt: Parameters<typeof encodePrompt>[0], room: number) => {
  const { ids, truncatedTokens } = encodePrompt(prompt, tokenizer, room);
  return [tokenizer.decode(ids), truncatedTokens];
};

test('a prompt that fits stays whole', () => {
  expect(shown({ before: 'a ', cuttable: 'story', cutFrom: 'left', after: ' Q:' }, 10)).toEqual([
    'a story Q:',
    0,
  ]);
});

test('one that does not loses the named end of the part that may be cut', () => {
  expect(shown({ before: 'a ', cuttable: 'story', cutFrom: 'left', after: ' Q:' }, 8)).toEqual([
    'a ory Q:',
    2,
  ]);
  expect(shown({ before: 'a ', cuttable: 'story', cutFrom: 'right', after: ' Q:' }, 8)).toEqual([
    'a sto Q:',
    2,
  ]);
});

test('when that part is used up the whole loses its beginning', () => {
  expect(shown({ before: 'a ', cuttable: 'story', cutFrom: 'right', after: ' Q:' }, 2)).toEqual(['Q:', 8]);
});

test('an empty prompt is the end-of-text token', () => {
  expect(encodePrompt({ cuttable: '', cutFrom: 'left' }, tokenizer, 4)).toEqual({
    ids: [tokenizer.beginOfText],
    truncatedTokens: 0,
  });
  const gpt1 = { ...tokenizer, beginOfText: undefined };
  expect(() => encodePrompt({ cuttable: '', cutFrom: 'left' }, gpt1, 4)).toThrow(UserError);
});
