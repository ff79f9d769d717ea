import { expect, test } from 'vitest';
import { loadGpt1Text, loadGpt1Words } from './gpt1-text.js';

test.each([
  ['The quick brown fox jumps over the lazy dog.', 'the quick brown fox jumps over the lazy dog .'],
  ["I don't think it's John's café…", "i do n't think it 's john 's café ..."],
  ['one\n\ntwo', 'one\ntwo'],
  ['state-of-the-art “smart” quotes', 'state - of - the - art " smart " quotes'],
])('%j becomes words that it finds again in them', async (text, expected) => {
  const [read, words] = [await loadGpt1Text(), await loadGpt1Words()];
  expect(read(text)).toBe(expected);
  expect(words(expected)).toEqual(words(text));
  expect(read(expected)).toBe(expected);
});
