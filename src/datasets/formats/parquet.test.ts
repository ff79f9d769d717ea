import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { type Fields, text, word } from './fields.js';
import { readParquet } from './parquet.js';
import { readRows } from './rows.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

const rows = 1000;
const numbers = Array.from({ length: rows }, (_, row) => row);
const table = () =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: numbers.map((row) => `näme ${row}`), type: 'STRING' },
        { name: 'label', data: numbers.map((row) => BigInt(row % 3) - 1n), type: 'INT64' },
        { name: 'part', data: numbers.map((row) => row / 4), type: 'DOUBLE' },
        {
          name: 'maybe',
          data: numbers.map((row) => (row === 7 ? null : 'x')),
          type: 'STRING',
          nullable: true,
        },
        { name: 'json', data: numbers.map((row) => ({ list: ['a', row] })), type: 'JSON' },
      ],
      rowGroupSize: 300,
    }),
  );

/** Written by pyarrow 25.0.1, Snappy, a row in each group: a list of texts, and a struct of two lists as SQuAD has it. */
const pyarrowFile =
  'UEFSMRUEFRQVGEwVBBUAEgAACiQBAAAAYQEAAABiFQAVHhUiLBUEFRAVBhUGHAAAAA84AgAAAAMCAgAAAAQDAQMCFQQVABUCTBUA' +
  'FQASAAAAFQAVGhUeLBUCFRAVBhUGHAAAAA0wAgAAAAIAAgAAAAICABUEFQAVAkwVABUAEgAAABUAFRoVHiwVAhUQFQYVBhwAAAAN' +
  'MAIAAAACAAIAAAACAgAVBBUeFSJMFQYVABIAAA84AQAAAGMBAAAAZAEAAABlFQAVIBUkLBUGFRAVBhUGHAAAABA8AgAAAAMGAgAA' +
  'AAYDAgMkABUEFQoVDkwVAhUAEgAABRABAAAAeBUAFR4VIiwVAhUQFQYVBhwAAAAPOAIAAAACAAIAAAACBAECABUEFRAVFEwVAhUA' +
  'EgAACBwFAAAAAAAAABUAFR4VIiwVAhUQFQYVBhwAAAAPOAIAAAACAAIAAAACBAECABUEGbw1ABgGc2NoZW1hFQQANQIYB29wdGlv' +
  'bnMVAhUGTDwAAAA1BBgEbGlzdBUCABUMJQIYB2VsZW1lbnQlAEwcAAAANQIYB2Fuc3dlcnMVBAA1AhgEdGV4dBUCFQZMPAAAADUE' +
  'GARsaXN0FQIAFQwlAhgHZWxlbWVudCUATBwAAAA1AhgFc3RhcnQVAhUGTDwAAAA1BBgEbGlzdBUCABUEJQIYB2VsZW1lbnQAFgQZ' +
  'LBk8JgAcFQwZNQAGEBk4B29wdGlvbnMEbGlzdAdlbGVtZW50FQIWBBZ0FnwmPCYIKSwVBBUAFQIAFQAVEBUCADwWBBkmAgIZRgAA' +
  'AAQAAAAmABwVDBk1AAYQGUgHYW5zd2VycwR0ZXh0BGxpc3QHZWxlbWVudBUCFgIWXBZiJqIBJoQBKSwVBBUAFQIAFQAVEBUCADwW' +
  'ABkmAgAZVgAAAgAAAAAAJgAcFQQZNQAGEBlIB2Fuc3dlcnMFc3RhcnQEbGlzdAdlbGVtZW50FQIWAhZcFmImhAIm5gEpLBUEFQAV' +
  'AgAVABUQFQIAPCkmAgAZVgAAAgAAAAAAFqwCFgImCBbAAgAZPCYAHBUMGTUABhAZOAdvcHRpb25zBGxpc3QHZWxlbWVudBUCFgYW' +
  'gAEWiAEmhgMmyAIpLBUEFQAVAgAVABUQFQIAPBYGGSYCBBlGAAAABgAAACYAHBUMGTUABhAZSAdhbnN3ZXJzBHRleHQEbGlzdAdl' +
  'bGVtZW50FQIWAhZqFnIm+gMm0AMpLBUEFQAVAgAVABUQFQIAPBYCGSYCABlWAAAAAAIAAAAmABwVBBk1AAYQGUgHYW5zd2VycwVz' +
  'dGFydARsaXN0B2VsZW1lbnQVAhYCFnAWeCbyBCbCBCksFQQVABUCABUAFRAVAgA8KSYCABlWAAAAAAIAAAAW2gIWAibIAhbyAgAo' +
  'IHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4xGTwcAAAcAAAcAAAA6gIAAFBBUjE=';

test('a text that is not UTF-8 is refused, and a byte order mark at its start is part of it', async () => {
  const data = ['\ufeffone', 'naïve', 'three'];
  const bytes = Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'STRING' }], codec: 'UNCOMPRESSED' }),
  );
  const read = async () => readRows(await write('marks.parquet', bytes), { text: text('text') });
  expect((await read()).map(({ values }) => values.text)).toEqual(data);
  bytes[bytes.indexOf('naïve') + 2] = 0xff;
  await expect(read()).rejects.toThrow(/marks\.parquet: rows 1 to 3: a text is not valid UTF-8/);
});

test('another kind of file under the name is called what it is', async () => {
  const arrow = await write('arrow.parquet', Buffer.from('ARROW1\0\0'.padEnd(100, '\0')));
  await expect(readRows(arrow, { text: text('text') })).rejects.toThrow(
    /arrow\.parquet: not a readable Parquet file but an Arrow file/,
  );
});

test('rows come in order, over all groups of rows', async () => {
  const fields = { label: word('label'), text: text('text') };
  const read = await readRows(await write('rows.parquet', table()), fields);
  expect(read.length).toBe(rows);
  expect(read[0]!.values).toEqual({ text: 'näme 0', label: '-1' });
  expect(read.map(({ values }) => values.text)).toEqual(numbers.map((row) => `näme ${row}`));
  expect(read[999]!.place.at).toBe('row 1000');
});

test('values keep their types, and 64-bit numbers are numbers', async () => {
  const all = (columns: readonly string[]) => columns.filter((column) => column !== 'text');
  const read = await readParquet(await write('values.parquet', table()), all);
  expect(read[7]!.values).toEqual({ label: 0, part: 1.75, maybe: null, json: { list: ['a', 7] } });
});

test('lists and structs written by another program are read', async () => {
  const { values } = (
    await readParquet(await write('nested.parquet', Buffer.from(pyarrowFile, 'base64')), (all) => all)
  )[1]!;
  expect(values).toEqual({ options: ['c', 'd', 'e'], answers: { text: ['x'], start: [5] } });
});

describe('a file that is damaged or another one is refused', () => {
  test.each([
    ['half.parquet', () => table().subarray(0, 5000), /half\.parquet: not a readable Parquet file: .*footer/],
    ['empty.parquet', () => new Uint8Array(0), /not a readable Parquet file/],
    ['text.parquet', () => Buffer.from('sentence\tlabel\n'.repeat(10)), /not a readable Parquet file/],
  ])('%s', async (name, make, message) => {
    await expect(readRows(await write(name, make()), { text: text('text') })).rejects.toThrow(message);
  });

  test('a missing column', async () => {
    const fields: Fields = { text: text('text'), question: text('question') };
    await expect(readRows(await write('a.parquet', table()), fields)).rejects.toThrow(
      /the column question is missing\. Expected question, found text, label, part, maybe, json/,
    );
  });

  test.each([
    ['part', /row 1: no text under "part"\. Expected text, found 0\./],
    ['maybe', /row 8: no text under "maybe"\. Expected text, found null/],
    ['json', /row 1: no text under "json"\. Expected text, found \{/],
  ])('the column %s is not text', async (column, message) => {
    await expect(readRows(await write('a.parquet', table()), { [column]: text(column) })).rejects.toThrow(
      message,
    );
  });

  test('a file that does not exist', async () => {
    await expect(readRows(path.join(folder, 'gone.parquet'), { text: text('text') })).rejects.toThrow(
      /^Cannot read .*there is no such file/,
    );
  });
});
