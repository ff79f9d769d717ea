import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBilingualDictionary } from '../datasets/bilingual-dictionary.js';
import { translateWordByWord } from './word-by-word.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-dictionary-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

test('of several translations the first of the file is taken; spaces and tabs both part the columns', async () => {
  const file = await write('en-fr.txt', 'the le\nthe la\ndog\tchien\nthe les\n');
  expect([...(await readBilingualDictionary(file))]).toEqual([
    ['the', 'le'],
    ['dog', 'chien'],
  ]);
});

test.each([
  ['a line with one word', 'the le\ndog\n', /line 2.*Expected "word translation", found "dog"/],
  ['a line with three words', 'good morning bonjour\n', /line 1/],
  ['an empty file', '\n', /the dictionary is empty/],
])('%s is refused', async (_, text, message) => {
  await expect(readBilingualDictionary(await write('damaged.txt', text))).rejects.toThrow(message);
});

const dictionary = new Map([
  ['the', 'le'],
  ['a', 'un'],
  ['dog', 'chien'],
  ['sees', 'voit'],
  ['old', 'vieux'],
  ["aujourd'hui", 'today'],
  ['state', 'état'],
]);

test.each([
  ['the dog sees the old dog.', 'le chien voit le vieux chien.'],
  ['The dog, 7, sees Paris!', 'Le chien, 7, voit Paris!'],
  ['A dog', 'Un chien'],
  ['THE STATE', 'LE ÉTAT'],
  ['State', 'État'],
  ['old-dog xyz-dog', 'vieux-chien xyz-chien'],
  ['aujourd’hui', 'today'],
  ['doggy', 'doggy'],
  ['', ''],
])('%j becomes %j', (text, translation) => {
  expect(translateWordByWord(text, dictionary)).toBe(translation);
});
