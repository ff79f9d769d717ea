import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../errors.js';
import { readSafetensorsHeader } from './safetensors.js';
import { writeSafetensors } from './safetensors-writer.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-safetensors-'));
  file = path.join(folder, 'x.safetensors');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a file with that header, as text or value, and so many bytes of data. */
async function writeRaw(header: unknown, dataBytes: number): Promise<void> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
}

const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('readSafetensorsHeader', () => {
  it('gives offsets in the file, in their order, whatever the length of the header', async () => {
    const header = {
      b: entry(8, 12),
      __metadata__: { format: 'pt' },
      a: entry(0, 8, [2, 1]),
      empty: entry(8, 8, [0, 5]),
    };
    await writeRaw(header, 12);
    const start = 8 + JSON.stringify(header).length;
    expect(await readSafetensorsHeader(file)).toEqual({
      metadata: { format: 'pt' },
      entries: [
        { name: 'a', dtype: 'F32', shape: [2, 1], offset: start, lengthBytes: 8 },
        { name: 'empty', dtype: 'F32', shape: [0, 5], offset: start + 8, lengthBytes: 0 },
        { name: 'b', dtype: 'F32', shape: [1], offset: start + 8, lengthBytes: 4 },
      ],
    });
  });

  it('takes types of masks and scalars', async () => {
    await writeRaw({ mask: entry(0, 4, [2, 2], 'BOOL'), scalar: entry(4, 12, [], 'F64') }, 12);
    const { entries } = await readSafetensorsHeader(file);
    expect(entries.map(({ dtype, lengthBytes }) => [dtype, lengthBytes])).toEqual([
      ['BOOL', 4],
      ['F64', 8],
    ]);
  });

  it.each<[string, unknown, number, object]>([
    [
      'overlapping data',
      { a: entry(0, 8), b: entry(4, 12) },
      12,
      { at: 'b', expected: 'offset 8', found: 4 },
    ],
    [
      'a hole between data',
      { a: entry(0, 8), b: entry(12, 16) },
      16,
      { at: 'b', expected: 'offset 8', found: 12 },
    ],
    [
      'offsets beyond the end',
      { a: entry(0, 8), b: entry(8, 16) },
      12,
      { at: 'b', problem: expect.stringContaining('cut short') },
    ],
    [
      'bytes after the last tensor',
      { a: entry(0, 8) },
      11,
      { problem: expect.stringContaining('after the last') },
    ],
    ['an unknown type', { a: entry(0, 8, [2], 'F31') }, 8, { at: 'a', found: 'F31' }],
    ['a type called like a method', { a: entry(0, 8, [2], 'toString') }, 8, { at: 'a', found: 'toString' }],
    [
      'a length that does not fit the shape',
      { a: entry(0, 8, [3]) },
      8,
      { at: 'a', expected: '12 bytes for F32 [3]', found: 8 },
    ],
    [
      'offsets in the wrong order',
      { a: entry(8, 0, [2]) },
      8,
      { at: 'a', expected: '8 bytes for F32 [2]', found: -8 },
    ],
    ['a negative size', { a: entry(0, 8, [-1, -2]) }, 8, { at: 'a' }],
    ['an entry that is none', { a: 7 }, 8, { at: 'a', found: '7' }],
    ['metadata that is no text', { __metadata__: { x: 1 } }, 0, { at: '__metadata__' }],
    ['a header that is not JSON', '{"a": ', 8, { problem: expect.stringContaining('header is not JSON') }],
    ['a header that is a list', '[1, 2]', 8, { at: 'header' }],
    [
      'a name given twice',
      `{"a": ${JSON.stringify(entry(0, 4))}, "\\u0061": ${JSON.stringify(entry(0, 4))}}`,
      4,
      { at: 'a', expected: 'one entry', found: 2 },
    ],
  ])('refuses %s', async (_, header, dataBytes, problem) => {
    await writeRaw(header, dataBytes);
    await expect(readSafetensorsHeader(file)).rejects.toBeInstanceOf(DataError);
    await expect(readSafetensorsHeader(file)).rejects.toMatchObject({ problem: { file, ...problem } });
  });

  it('refuses a header longer than the file, and a file without one', async () => {
    await writeRaw({ a: entry(0, 8) }, 8);
    const bytes = await readFile(file);
    await truncate(file, 20);
    await expect(readSafetensorsHeader(file)).rejects.toMatchObject({
      problem: { file, at: 'header', expected: 'at most 12 bytes', found: bytes.readUInt32LE(0) },
    });
    await truncate(file, 3);
    await expect(readSafetensorsHeader(file)).rejects.toMatchObject({
      problem: { file, expected: 'at least 8 bytes', found: 3 },
    });
    await expect(readSafetensorsHeader(path.join(folder, 'none'))).rejects.toThrow('No such file');
  });
});

describe('writeSafetensors', () => {
  it('writes data given at once or in pieces, aligned, and readable again', async () => {
    async function* pieces() {
      yield Uint8Array.of(1, 2, 3);
      yield Uint8Array.of(4);
    }
    const data = Uint8Array.from({ length: 12 }, (_, i) => i);
    await writeSafetensors(
      file,
      [
        { name: 'x', dtype: 'F32', shape: [3], data },
        { name: 'y', dtype: 'BF16', shape: [1, 2], data: pieces },
      ],
      { format: 'pt', note: 'é' },
    );
    const { entries, metadata } = await readSafetensorsHeader(file);
    expect(metadata).toEqual({ format: 'pt', note: 'é' });
    expect(entries[0]!.offset % 8).toBe(0);
    const bytes = await readFile(file);
    const [x, y] = entries.map(({ offset, lengthBytes }) => [
      ...bytes.subarray(offset, offset + lengthBytes),
    ]);
    expect([x, y]).toEqual([[...data], [1, 2, 3, 4]]);
  });

  it('leaves the old file and nothing else behind when the data is too short', async () => {
    await writeFile(file, 'old');
    const write = writeSafetensors(file, [{ name: 'x', dtype: 'F32', shape: [2], data: new Uint8Array(7) }]);
    await expect(write).rejects.toThrow('x: 7 bytes given for F32 [2], which takes 8');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['x.safetensors']);
  });

  it('refuses two tensors of one name', async () => {
    const tensor = { name: 'x', dtype: 'F32' as const, shape: [0], data: new Uint8Array(0) };
    await expect(writeSafetensors(file, [tensor, tensor])).rejects.toThrow(RangeError);
  });
});
