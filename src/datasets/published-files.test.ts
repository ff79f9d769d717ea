import { expect, test } from 'vitest';
import { isPublished } from './published-files.js';

const dataset = { files: ['odd/words.jsonl', 'texts/', ['a.en', 'a.fr']], publishedRows: 10 };
const found = (
  shown: string,
  { named = true, source = 'file' as 'file' | 'hub' | 'sample', rows = 10 } = {},
) => ({
  located: { shown, named, source },
  ...{ rows, sha256: 'e'.repeat(64) },
});

test('a file of the hub with all rows is the published one', () => {
  expect(isPublished(dataset, found('0000.parquet', { source: 'hub' }))).toBe(true);
  expect(isPublished(dataset, found('0000.parquet', { source: 'hub', rows: 9 }))).toBe(false);
});

test('so is one under a published name with all rows, wherever it lies', () => {
  for (const name of ['words.jsonl', 'texts/', 'a.en + a.fr']) {
    expect(isPublished(dataset, found(name)), name).toBe(true);
    expect(isPublished(dataset, found(name, { rows: 11 })), name).toBe(false);
  }
  expect(isPublished(dataset, found('other form.zip', { named: false }))).toBe(true);
});

test('data of the user are not, even with as many rows; nor is the sample', () => {
  expect(isPublished(dataset, found('my.jsonl'))).toBe(false);
  expect(isPublished(dataset, found('words.jsonl', { source: 'sample' }))).toBe(false);
  expect(isPublished({ files: ['texts/'] }, found('texts/'))).toBe(false);
});

test('where the bytes are known they decide: a copy under another name is published, a changed one is not', () => {
  const lambada = { files: ['lambada_test.jsonl'], publishedRows: 10 };
  const sha256 = '4aa8d02cd17c719165fc8a7887fddd641f43fcafa4b1c806ca8abc31fabdb226';
  expect(isPublished(lambada, { ...found('copy.jsonl'), sha256 })).toBe(true);
  expect(isPublished(lambada, found('lambada_test.jsonl', { named: false }))).toBe(false);
});
