import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { dpr } from './dpr.js';
import { loadDataset } from './load.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(...lines: string[]) {
  const file = path.join(folder, 'test.c.txt');
  await writeFile(file, lines.join('\n'));
  return dpr('test').read([file]);
}

const one = async (sentence: string, pronoun: string) =>
  (await read(sentence, pronoun, 'The ox,the ant', 'the ant', '', ''))[0]!;

test('four lines make a problem, cut at the first whole word that is the pronoun', async () => {
  expect(await one('The white ox met the ant and it told it to wait. ', 'it')).toEqual({
    before: 'The white ox met the ant and',
    after: 'told it to wait.',
    possessive: false,
    candidates: ['The ox', 'the ant'],
    answer: 1,
  });
  expect(await one('The ox met the ant; it’s late.', 'it')).toMatchObject({ after: '’s late.' });
  expect(await one('It saw the ant. The ox slept.', 'it')).toMatchObject({ before: '' });
});

test('Parquet, as on the hub', async () => {
  const file = path.join(folder, 'hub.parquet');
  const table = (label: bigint) =>
    parquetWriteBuffer({
      columnData: [
        { name: 'sentence', data: ['The ox met the ant and it ran.'], type: 'STRING' },
        { name: 'pronoun', data: ['it'], type: 'STRING' },
        { name: 'candidates', data: [['The ox', 'the ant']] },
        { name: 'label', data: [label], type: 'INT64' },
      ],
    });
  await writeFile(file, new Uint8Array(table(1n)));
  expect(await dpr('test').read([file])).toEqual([await one('The ox met the ant and it ran.', 'it')]);
  await writeFile(file, new Uint8Array(table(2n)));
  await expect(dpr('test').read([file])).rejects.toThrow(/row 1: the answer is none of the candidates/);
});

test.each([
  ['his', 'The ox met the ant near his hill.', true],
  ['his', 'The ox told the ant that the hill was his.', false],
  ['her', 'The ox met the ant near her hill.', true],
  ['her', 'The ox met the ant and told her to wait.', false],
  ['her', 'The ox met the ant and saw her.', false],
  ['he', 'The ox met the ant when he woke.', false],
])('%s in "%s": possessive %s', async (pronoun, sentence, possessive) => {
  expect((await one(sentence, pronoun)).possessive).toBe(possessive);
});

describe('a damaged file is refused with its place', () => {
  test.each([
    [
      'a pronoun that is not there',
      ['An ox ran.', 'she', 'An ox,an ant', 'An ox'],
      /line 1: the pronoun is not in/,
    ],
    [
      'only part of a word',
      ['An ox hid within.', 'it', 'An ox,an ant', 'An ox'],
      /line 1: the pronoun is not in/,
    ],
    ['an unknown answer', ['An ox ran as it hid.', 'it', 'An ox,an ant', 'a bee'], /line 4: .*"a bee"/],
    ['one candidate', ['An ox ran as it hid.', 'it', 'An ox', 'An ox'], /two candidates/],
    ['a missing line', ['An ox ran as it hid.', 'it', 'An ox,an ant'], /not whole.*3 lines/],
    ['nothing behind it', ['An ox ran to it', 'it', 'An ox,an ant', 'An ox'], /nothing follows/],
  ])('%s', async (_, lines, message) => {
    const error: unknown = await read(...lines).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).message).toMatch(message);
    expect((error as DataError).message).toContain('test.c.txt');
  });
});

test('the sample has twenty problems, in pairs that differ in their answer', async () => {
  const fetch = () => Promise.reject(new Error('no hub in this test'));
  const { rows } = await loadDataset(dpr('test'), { data: 'sample', fetch });
  expect(rows).toHaveLength(20);
  for (let first = 0; first < rows.length; first += 2) {
    expect(rows[first]!.candidates).toEqual(rows[first + 1]!.candidates);
    expect(rows[first]!.answer).not.toBe(rows[first + 1]!.answer);
  }
  expect(rows.filter(({ possessive }) => possessive)).toHaveLength(2);
});
