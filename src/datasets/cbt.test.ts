import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tarOf } from '../testing/archives.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { cbt, cbtBlank, cbtKinds, cbtSplits } from './cbt.js';
import { loadDataset } from './load.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const dataset = cbt('CN', 'validation');
const published = 'cbtest_CN_valid_2000ex.txt';

async function read(name: string, content: string | Uint8Array) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return (await loadDataset(dataset, { data: file, fetch })).rows;
}

const sentences = Array.from({ length: 20 }, (_, i) => `The cat saw ${i + 1} mice .`);
const numbered = sentences.map((sentence, i) => `${i + 1} ${sentence}`);
const lastLine = '21 But the XXXXX was asleep .\tdog\t\tcat|dog|mice';
const block = [...numbered, lastLine, ''].join('\n');
const row = {
  sentences,
  query: `But the ${cbtBlank} was asleep .`,
  candidates: ['cat', 'dog', 'mice'],
  answer: 1,
};

describe('the forms in which CBT is published are read alike', () => {
  test('numbered lines, with and without an empty line between questions', async () => {
    expect(await read('two.txt', `${block}\n${block}`)).toEqual([row, row]);
    expect(await read('close.txt', `${block}${block}`)).toEqual([row, row]);
    expect(await read('windows.txt', `${block}\n${block}`.replaceAll('\n', '\r\n'))).toEqual([row, row]);
  });

  test('the archive that holds all kinds and splits', async () => {
    const other = block.replaceAll('mice', 'owls');
    const archive = await tarOf([
      { name: 'CBTest/data/cbtest_CN_test_2500ex.txt', content: other },
      { name: `CBTest/data/${published}`, content: block },
      { name: 'CBTest/data/cbtest_V_valid_2000ex.txt', content: other },
    ]);
    expect(await read('CBTest.tgz', gzipSync(archive))).toEqual([row]);
  });

  test('Parquet, as on the hub', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'sentences', data: [sentences, sentences] },
        { name: 'question', data: [row.query, row.query], type: 'STRING' },
        { name: 'answer', data: ['dog', 'dog'], type: 'STRING' },
        { name: 'options', data: [row.candidates, row.candidates] },
      ],
    });
    expect(await read('hub.parquet', new Uint8Array(bytes))).toEqual([row, row]);
  });
});

describe('a damaged file is refused with its name and line', () => {
  const without = (index: number) => numbered.filter((_, i) => i !== index);
  test.each([
    [
      'a lost line',
      [...without(7), lastLine],
      /line 8: a question is 21 lines.*begins with 8, found "9 The cat/,
    ],
    ['a line twice', [numbered[0]!, ...numbered, lastLine], /line 2: .*begins with 2, found "1 The cat/],
    ['a line without its number', [...numbered.slice(0, 19), sentences[19]!, lastLine], /line 20: .*with 20/],
    ['an end within a question', numbered, /line 20: the file ends within a question.*21 numbered.*found 20/],
    [
      'a query without its answer',
      [...numbered, '21 But the XXXXX was asleep .'],
      /line 21: .*found 1 columns/,
    ],
    [
      'a query without a blank',
      [...numbered, lastLine.replace('XXXXX', 'dog')],
      /line 21: the query has no blank.*Expected XXXXX/,
    ],
    [
      'an answer that is no candidate',
      [...numbered, lastLine.replace('|dog', '')],
      /line 21: the answer is none of the candidates. Expected cat, mice, found "dog"/,
    ],
    ['an empty candidate', [...numbered, `${lastLine}|`], /line 21: the candidates are words between bars/],
    [
      'one candidate',
      [...numbered, lastLine.replace('cat|dog|mice', 'dog')],
      /line 21: the candidates are words/,
    ],
  ])('%s', async (what, lines, message) => {
    const name = `${what.replaceAll(' ', '-')}.txt`;
    await expect(read(name, `${lines.join('\n')}\n`)).rejects.toThrow(message);
    await expect(read(name, `${lines.join('\n')}\n`)).rejects.toThrow(name);
  });

  test('Parquet with another number of sentences names its row', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'sentences', data: [sentences, sentences.slice(1)] },
        { name: 'question', data: [row.query, row.query], type: 'STRING' },
        { name: 'answer', data: ['dog', 'dog'], type: 'STRING' },
        { name: 'options', data: [row.candidates, row.candidates] },
      ],
    });
    await expect(read('short.parquet', new Uint8Array(bytes))).rejects.toThrow(
      /short.parquet: row 2: the query has a wrong number of sentences before it. Expected 20, found 19/,
    );
  });
});

test('a part of a published file is refused under its name, and read where the user points at it', async () => {
  const dataDir = path.join(folder, 'data');
  const file = path.join(dataDir, 'cbt', published);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, block);
  await expect(loadDataset(dataset, { dataDir, fetch })).rejects.toThrow(/2000 examples, found 1/);
  expect((await loadDataset(dataset, { data: file, fetch })).rows).toHaveLength(1);
});

test('validation has 2,000 questions of each kind, test 2,500', () => {
  const counts = cbtSplits.map((split) => cbtKinds.map((kind) => cbt(kind, split).publishedRows));
  expect(counts).toEqual([Array(4).fill(2000), Array(4).fill(2500)]);
});

const excerpt = path.join(dataFolder, 'cbt', 'excerpt');
describe.skipIf(!hasData)(`one published question of each file${needsData}`, () => {
  test.each([
    ['CN', 'validation', 'dog'],
    ['CN', 'test', 'man'],
    ['NE', 'validation', 'Chuck'],
    ['V', 'validation', 'stuck'],
    ['V', 'test', 'am'],
    ['P', 'validation', 'on'],
  ] as const)('%s, %s: the missing word is "%s", one of ten', async (kind, split, word) => {
    const published = cbt(kind, split);
    const rows = await published.read([path.join(excerpt, published.files[0] as string)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.candidates).toHaveLength(10);
    expect(rows[0]!.candidates[rows[0]!.answer]).toBe(word);
  });
});

describe('the samples', () => {
  test.each(cbtKinds)(
    '%s has 21 questions with ten different candidates, and stories that name the answer',
    async (kind) => {
      const { rows } = await loadDataset(cbt(kind, 'test'), { data: 'sample', fetch });
      expect(rows).toHaveLength(21);
      for (const { candidates, answer, sentences } of rows) {
        expect(new Set(candidates).size).toBe(10);
        expect(sentences.join(' ').split(' ')).toContain(candidates[answer]);
      }
    },
  );

  test('no question is there twice', async () => {
    const all = await Promise.all(
      cbtKinds.map(async (kind) => (await loadDataset(cbt(kind, 'test'), { data: 'sample', fetch })).rows),
    );
    const queries = all.flat().map(({ query, candidates, answer }) => `${query} ${candidates[answer]}`);
    expect(new Set(queries).size).toBe(84);
  });
});
