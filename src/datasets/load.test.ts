import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { lambadaOpenai, lambadaOriginal } from './lambada.js';
import { loadDataset } from './load.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const target = path.join(folder, name);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

const load = (data: string) => loadDataset(lambadaOpenai, { data, fetch });

describe('a damaged file is refused with its name and the place', () => {
  test.each([
    ['an empty file', 'empty.jsonl', '', /empty\.jsonl: the file holds no examples/],
    ['blank lines only', 'blank.jsonl', '\n\n', /the file holds no examples/],
    [
      'broken JSON',
      'broken.jsonl',
      '{"text": "a b"}\n{"text": "a',
      /broken\.jsonl: line 2: the line is not JSON/,
    ],
    ['another key', 'key.jsonl', '{"txt": "a b"}', /line 1: no text under "text".*found the keys txt/],
    ['a list', 'list.jsonl', '["a b"]', /element 1: not an object.*found "a b"/],
    ['a number for a text', 'number.jsonl', '\n{"text": 5}', /line 2: no text under "text"/],
    [
      'a single word',
      'word.jsonl',
      '{"text": "alone"}',
      /line 1: a passage needs a last word.*found "alone"/,
    ],
    [
      'bytes that are no text',
      'latin.txt',
      Uint8Array.of(0x63, 0xe9, 0x20, 0x62),
      /byte 1: the file is not valid UTF-8/,
    ],
    ['no Parquet', 'not.parquet', 'PAR0 nothing of the kind', /not\.parquet: not a readable Parquet file/],
  ])('%s', async (_what, name, content, message) => {
    await expect(load(await file(name, content))).rejects.toThrow(message);
  });
});

// /dev/stdin and process substitution are such files: the hash was that of nothing, and the answers those of any other.
test('what can be read once only is refused', async () => {
  await expect(load('/dev/null')).rejects.toThrow(
    '/dev/null is no file on a disk, and it has to be read more than once.',
  );
});

test('line ends of Windows and a missing last line end make no difference', async () => {
  const { rows } = await load(await file('crlf.txt', 'one two three\r\nfour five'));
  expect(rows).toEqual([
    { context: 'one two', word: 'three' },
    { context: 'four', word: 'five' },
  ]);
});

test('the Parquet form of the hub is read as well, and a missing column named', async () => {
  const write = (name: string) =>
    new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name, data: ['one two', 'three four five'], type: 'STRING' }] }),
    );
  const { rows } = await loadDataset(lambadaOriginal, {
    data: await file('a.parquet', write('text')),
    fetch,
  });
  expect(rows[1]).toEqual({ context: 'three four', word: 'five' });
  await expect(load(await file('b.parquet', write('other')))).rejects.toThrow(
    /the column text is missing.*found other/,
  );
});

test('a file under its published name must have the published number of rows, unless the user names it', async () => {
  const part = await file('lambada/lambada_test.jsonl', '{"text": "a b"}\n');
  await expect(loadDataset(lambadaOpenai, { dataDir: folder, fetch })).rejects.toThrow(
    /this is not the whole LAMBADA test.*Expected 5153 examples, found 1/,
  );
  await expect(load(folder)).rejects.toThrow(/this is not the whole LAMBADA test/);
  expect((await load(part)).rows).toHaveLength(1);
});

test('a path that leads nowhere says what to pass instead', async () => {
  await expect(load(path.join(folder, 'nothing.jsonl'))).rejects.toMatchObject({
    message: expect.stringContaining('nothing.jsonl does not exist'),
    hint: expect.stringContaining('"sample"'),
  });
  await mkdir(path.join(folder, 'bare'));
  await expect(load(path.join(folder, 'bare'))).rejects.toThrow(/holds no lambada_test\.jsonl/);
});

test('the hub is asked last, for the file of the declaration', async () => {
  const hub = await file('from-hub.jsonl', '{"text": "a b"}\n');
  const asked: unknown[] = [];
  const fetchFile = (location: unknown) => {
    asked.push(location);
    return Promise.resolve(hub);
  };
  await expect(loadDataset(lambadaOpenai, { fetch: fetchFile })).rejects.toThrow(/not the whole/);
  expect(asked).toEqual([{ repo: 'EleutherAI/lambada_openai', path: 'data/lambada_test.jsonl' }]);
});
