import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tarOf } from '../testing/archives.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { race } from './race.js';

const raceDev = race({ split: 'dev', level: 'all' });
const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

const passage = (id: string, change: object = {}) =>
  JSON.stringify({
    article: 'Tom fed the goat.',
    questions: ['Who was fed?', 'Tom is a  _  .'],
    options: [
      ['the goat', 'Tom', 'nobody', 'a cow'],
      ['goat', 'cow', 'boy', 'bird'],
    ],
    answers: ['A', 'C'],
    id,
    ...change,
  });
const questions = (id: string, level: string) => [
  {
    article: 'Tom fed the goat.',
    question: 'Who was fed?',
    options: ['the goat', 'Tom', 'nobody', 'a cow'],
    label: 0,
    level,
    id,
  },
  {
    article: 'Tom fed the goat.',
    question: 'Tom is a  _  .',
    options: ['goat', 'cow', 'boy', 'bird'],
    label: 2,
    level,
    id,
  },
];

describe('the forms in which RACE is published are read alike', () => {
  const both = [...questions('high1.txt', 'high'), ...questions('middle1.txt', 'middle')];

  test('a folder of passages, by its name or as one that the user keeps', async () => {
    await write('dev/high/1.txt', passage('high1.txt'));
    await write('dev/middle/1.txt', passage('middle1.txt'));
    const { rows, file } = await loadDataset(raceDev, { data: path.join(folder, 'dev'), fetch });
    expect(rows).toEqual(both);
    expect(file).toBe('dev/');
    const high = await loadDataset(raceDev, { data: path.join(folder, 'dev', 'high'), fetch });
    expect(high).toMatchObject({ rows: both.slice(0, 2), file: 'high/' });
    await expect(loadDataset(raceDev, { data: folder, fetch })).rejects.toThrow(
      /Expected 4887 examples, found 4/,
    );
  });

  test('the archive', async () => {
    const bytes = gzipSync(
      await tarOf([
        { name: 'RACE/dev/high/1.txt', content: passage('high1.txt') },
        { name: 'RACE/dev/middle/1.txt', content: passage('middle1.txt') },
        { name: 'RACE/test/middle/2.txt', content: passage('middle2.txt') },
      ]),
    );
    const data = await write('RACE.tar.gz', bytes);
    expect((await loadDataset(raceDev, { data, fetch })).rows).toEqual(both);
    const middle = race({ split: 'dev', level: 'middle' });
    expect((await loadDataset(middle, { data, fetch })).rows).toEqual(both.slice(2));
  });

  test('a passage on each line', async () => {
    const data = await write('dev.jsonl', `${passage('high1.txt')}\n${passage('middle1.txt')}\n`);
    expect((await loadDataset(raceDev, { data, fetch })).rows).toEqual(both);
  });

  test('Parquet, as on the hub', async () => {
    const rows = questions('high1.txt', 'high');
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'example_id', data: rows.map(({ id }) => id), type: 'STRING' },
        { name: 'article', data: rows.map(({ article }) => article), type: 'STRING' },
        { name: 'answer', data: ['A', 'C'], type: 'STRING' },
        { name: 'question', data: rows.map(({ question }) => question), type: 'STRING' },
        { name: 'options', data: rows.map(({ options }) => options), type: 'JSON' },
      ],
    });
    const data = await write('validation-00000-of-00001.parquet', new Uint8Array(bytes));
    expect((await loadDataset(raceDev, { data, fetch })).rows).toEqual(rows);
  });
});

describe('what is wrong is refused with its question', () => {
  test.each([
    [
      { answers: ['A'] },
      /line 1: every question needs its options and its answer\. Expected 2 of each, found 2 lists of options and 1 answers/,
    ],
    [
      { answers: ['A', 'E'] },
      /line 1, question 2: the answer is none of the options\. Expected A to D, found "E"/,
    ],
    [
      {
        options: [
          ['a', 'b', 'c', 'd'],
          ['a', 'b'],
        ],
      },
      /question 2: a question has four options\. Expected 4, found 2/,
    ],
    [{ options: [['a', 'b', 'c', 'd'], 'abcd'] }, /question 2: no list of texts/],
    [{ article: ' ' }, /article is empty/],
    [{ article: 1 }, /no text under "article"/],
    [{ id: 'primary1.txt' }, /the id does not say the level/],
  ])('%j', async (change, message) => {
    const data = await write('damaged.txt', passage('high1.txt', change));
    await expect(loadDataset(raceDev, { data, fetch })).rejects.toThrow(message);
    await expect(loadDataset(raceDev, { data, fetch })).rejects.toThrow(/damaged\.txt: /);
  });

  test('a passage that is cut short', async () => {
    const data = await write('cut.txt', passage('high1.txt').slice(0, 50));
    await expect(loadDataset(raceDev, { data, fetch })).rejects.toThrow(/cut\.txt: the file is not JSON/);
  });
});
