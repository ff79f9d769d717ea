import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { cutPieces, readByteSplit } from './byte-split.js';
import { enwik8 } from './enwik8.js';
import { loadDataset } from './load.js';
import { text8 } from './text8.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file of that size that is zero but for bytes at some places; no block of zeros is written. */
function sparseFile(name: string, size: number, writes: readonly [place: number, bytes: Buffer][]): string {
  const file = path.join(folder, name);
  const handle = openSync(file, 'w');
  ftruncateSync(handle, size);
  for (const [place, bytes] of writes) writeSync(handle, bytes, 0, bytes.length, place);
  closeSync(handle);
  return file;
}

describe('the published file of 100,000,000 bytes', () => {
  test('has its last 5,000,000 bytes as test split, the 5,000,000 before as validation split', async () => {
    const test = Buffer.alloc(5_000_000, 'test ');
    const validation = Buffer.alloc(5_000_000, 'valid ');
    const file = sparseFile('text8', 100_000_000, [
      [90_000_000, validation],
      [95_000_000, test],
    ]);
    const rows = await text8('test').read([file]);
    expect(rows).toHaveLength(text8('test').publishedRows!);
    expect(rows.join('')).toBe(test.toString());
    expect((await text8('validation').read([file])).join('')).toBe(validation.toString());
  });

  test('is refused when it is a byte short', async () => {
    const file = sparseFile('enwik8', 99_999_999, []);
    await expect(enwik8('test').read([file])).rejects.toThrow('100000000 bytes, found 99999999');
  });
});

test('a file under another name is taken whole', async () => {
  const file = path.join(folder, 'part.xml');
  writeFileSync(file, '<page>Grüße</page>\n');
  expect(await enwik8('test').read([file])).toEqual(['<page>Grüße</page>\n']);
  expect(Buffer.from(await readByteSplit(file, 'enwik8', 'test')).toString()).toBe('<page>Grüße</page>\n');
});

test('a file that was cut within characters loses their rests, and says so', async () => {
  const file = path.join(folder, 'cut.xml');
  writeFileSync(file, Buffer.from('😀 Grüße, Zoë').subarray(2, -1));
  const notes: string[] = [];
  expect(await enwik8('test').read([file], (note) => notes.push(note))).toEqual([' Grüße, Zo']);
  expect(notes).toEqual([
    'cut.xml begins within a character: its first 2 bytes were left out.',
    'cut.xml ends within a character: its last byte was left out.',
  ]);
  const loaded = await loadDataset(enwik8('test'), { data: file, fetch: () => Promise.reject(new Error()) });
  expect(loaded.notes).toEqual(notes);
});

test('a file in UTF-16 is the text in UTF-8, and what is none is named', async () => {
  const file = path.join(folder, 'other.xml');
  writeFileSync(file, Buffer.from('\ufeffGrüße', 'utf16le'));
  expect(await enwik8('test').read([file])).toEqual(['Grüße']);
  writeFileSync(file, Buffer.from('Grüße, Zoë, Renée', 'latin1'));
  await expect(enwik8('test').read([file])).rejects.toThrow(
    'byte 2: the file is not valid UTF-8 text; it looks like Latin-1',
  );
  writeFileSync(file, Buffer.from('\x89PNG\r\n\0', 'latin1'));
  await expect(enwik8('test').read([file])).rejects.toThrow('byte 0: the file is not valid UTF-8 text');
});

describe('pieces', () => {
  test('are cut at characters near each 1,000 bytes and are the text again together', () => {
    const text = `${'a€'.repeat(1250)}${'😀'.repeat(250)}ü`;
    const pieces = cutPieces(Buffer.from(text), 'f');
    expect(pieces).toHaveLength(7);
    expect(pieces.join('')).toBe(text);
    expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(1003);
  });

  test.each([1, 2, 3])(
    'drop %i bytes of a character that is cut at the start, and those of one at the end',
    (cut) => {
      const bytes = Buffer.from('😀middle😀').subarray(cut, -cut);
      expect(cutPieces(bytes, 'f')).toEqual(['middle']);
    },
  );

  test('refuse bytes that are not UTF-8, with their place', () => {
    const bytes = Buffer.alloc(2500, 'x');
    bytes[1700] = 0xff;
    expect(() => cutPieces(bytes, 'enwik8')).toThrow(
      'enwik8: bytes 1000 to 2000 of the text: not valid UTF-8.',
    );
  });
});

test("text8 takes the hub's Parquet file, one row that is the split, in pieces of 1,000 characters", async () => {
  const text = 'one two three '.repeat(200);
  const bytes = parquetWriteBuffer({ columnData: [{ name: 'text', data: [text], type: 'STRING' }] });
  const file = path.join(folder, 'test-00000-of-00001.parquet');
  writeFileSync(file, new Uint8Array(bytes));
  const rows = await text8('test').read([file]);
  expect(rows.map((row) => row.length)).toEqual([1000, 1000, 800]);
  expect(rows.join('')).toBe(text);
});

test('text8 refuses a character that it does not have, with its place', async () => {
  const file = path.join(folder, 'letters.txt');
  writeFileSync(file, 'one two Three');
  await expect(text8('test').read([file])).rejects.toThrow('character 9');
});
