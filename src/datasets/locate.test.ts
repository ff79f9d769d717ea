import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DataError, UserError } from '../errors.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { Dataset, HubLocation } from './dataset.js';
import { readLines } from './formats/lines.js';
import { loadDataset } from './load.js';
import { findInDataDir, hubLocations } from './locate.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));
let temporary: string;
let folder: string;
beforeAll(async () => {
  temporary = await makeTemporaryFolder();
});
let count = 0;
beforeEach(async () => {
  folder = path.join(temporary, String(count++));
  await mkdir(folder);
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

async function write(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** A data set of lines: one file, two that belong together, or a folder. */
const lines: Dataset<string> = {
  name: 'Lines test',
  folder: 'lines',
  files: ['whole.txt', ['a.txt', 'b.txt'], 'test/'],
  hub: [
    { repo: 'x/lines', path: 'hub/a.txt' },
    { repo: 'x/lines', path: 'hub/b.txt' },
  ],
  sample: ['wmt14.en', 'wmt14.fr'],
  publishedRows: 3,
  source: 'https://example.org/lines',
  licence: 'CC0',
  read: async (files) =>
    (await Promise.all(files.map((file) => readLines(file)))).flat().map(({ text }) => text),
};
const load = (data: string) => loadDataset(lines, { data, fetch: noHub });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('several files that belong together', () => {
  test.each(['', 'a.txt', 'b.txt'])('are found by their folder or by one of them: %j', async (name) => {
    await write('b.txt', '3\n');
    await write('a.txt', '1\n2\n');
    expect(await load(path.join(folder, name))).toEqual({
      rows: ['1', '2', '3'],
      source: 'file',
      file: 'a.txt + b.txt',
      sha256: sha256('1\n2\n3\n'),
      published: true,
      notes: [],
    });
  });

  test('are found below GPT_DATA_DIR, in a folder of their own', async () => {
    await write('lines/a.txt', '1\n2\n');
    await write('lines/b.txt', '3\n');
    const { file } = await loadDataset(lines, { dataDir: folder, fetch: noHub });
    expect(file).toBe('a.txt + b.txt');
    expect(await findInDataDir(lines, folder)).toMatchObject({ path: path.join(folder, 'lines') });
  });

  test('are not read in part, and the one that is missing is named', async () => {
    await write('lines/a.txt', '1\n2\n3\n');
    const message = /^Lines test needs several files, and b\.txt is not in .*lines.? beside a\.txt\.$/;
    await expect(load(path.join(folder, 'lines', 'a.txt'))).rejects.toThrow(message);
    await expect(load(folder)).rejects.toThrow(message);
    await expect(loadDataset(lines, { dataDir: folder, fetch: noHub })).rejects.toThrow(message);
    expect(await findInDataDir(lines, folder)).toBeUndefined();
  });

  test('another form that is whole is taken instead', async () => {
    await write('a.txt', 'part\n');
    await write('test/1.txt', '1\n2\n3\n');
    expect(await load(folder)).toMatchObject({ rows: ['1', '2', '3'], file: 'test/' });
  });

  test('come from the hub in the order of the declaration', async () => {
    await write('hub/a.txt', '1\n2\n');
    await write('hub/b.txt', '3\n');
    const fetch = (location: HubLocation) => Promise.resolve(path.join(folder, location.path));
    expect(await loadDataset(lines, { fetch })).toMatchObject({
      rows: ['1', '2', '3'],
      source: 'hub',
      file: 'a.txt + b.txt',
    });
  });

  test('are a sample as well', async () => {
    const { rows, source, file } = await load('sample');
    expect([source, file]).toEqual(['sample', 'wmt14.en + wmt14.fr']);
    expect(rows.length).toBeGreaterThan(10);
  });

  test('have the published number of rows together, unless the user names one of them', async () => {
    const named = await write('a.txt', '1\n');
    await write('b.txt', '2\n');
    await expect(load(folder)).rejects.toThrow(
      /this is not the whole Lines test\. Expected 3 examples, found 2/,
    );
    expect((await load(named)).rows).toEqual(['1', '2']);
  });
});

describe('a folder of files', () => {
  test('is read in the order of its names, with its own folders, without hidden files', async () => {
    await write('test/b/2.txt', '3\n');
    await write('test/b/10.txt', '2\n');
    await write('test/a/9.txt', '1\n');
    await write('test/.DS_Store', 'x\n');
    const expected = { rows: ['1', '2', '3'], file: 'test/', sha256: sha256('1\n2\n3\n') };
    expect(await load(folder)).toMatchObject(expected);
    expect(await load(path.join(folder, 'test'))).toMatchObject(expected);
    expect(await load(path.join(folder, 'test/'))).toMatchObject(expected);
  });

  test('may have any name where the user points at it', async () => {
    await write('mine/1.txt', '1\n');
    expect(await load(path.join(folder, 'mine'))).toMatchObject({ rows: ['1'], file: 'mine/' });
  });

  test('that holds only folders is not taken for the data', async () => {
    await write('deep/er/1.txt', '1\n');
    await expect(load(folder)).rejects.toThrow(/holds no whole\.txt or a\.txt with b\.txt or test\//);
  });

  test('that is empty holds no examples', async () => {
    await mkdir(path.join(folder, 'test'));
    await expect(load(folder)).rejects.toThrow(DataError);
    await expect(load(folder)).rejects.toThrow(/test.: the file holds no examples/);
  });
});

test('one file that is named keeps its own sum and name', async () => {
  expect(await load(await write('mine.txt', '1\n'))).toEqual({
    rows: ['1'],
    source: 'file',
    file: 'mine.txt',
    sha256: sha256('1\n'),
    published: false,
    notes: [],
  });
});

test('data that no hub has says where to ask and what to pass', async () => {
  const { hub: _, ...given } = lines;
  const failure = await loadDataset(given, { fetch: noHub }).catch((error) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure.message).toBe('Lines test is not on the hub.');
  expect(failure.hint).toContain('https://example.org/lines');
  expect(failure.hint).toContain('--data with whole.txt or a.txt with b.txt or test/');
  expect(() => hubLocations(given)).toThrow(UserError);
  expect(hubLocations(lines)).toHaveLength(2);
});
