import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { referenceFolder } from '../testing/reference.js';
import { loadFixText } from './fix-text.js';
import { loadGpt1Text, loadGpt1Words } from './gpt1-text.js';
import { standardizeText } from './standardize.js';

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

test('agrees with ftfy 6.3.1 and spaCy 3.8.16 on 298 texts', async () => {
  const golden = readFileSync(path.join(referenceFolder, 'tokenizers/gpt1.json'), 'utf8');
  const { cases } = JSON.parse(golden) as {
    cases: { text: string; standardized: string; words: string[] }[];
  };
  const [fixText, words] = [await loadFixText(), await loadGpt1Words()];
  expect(cases.length).toBe(298);
  for (const { text, standardized, words: expected } of cases) {
    expect(standardizeText(fixText(text)), JSON.stringify(text)).toBe(standardized);
    expect(words(text), JSON.stringify(text)).toEqual(expected);
  }
});
