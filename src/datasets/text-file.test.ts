import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError, UserError } from '../errors.js';
import { findCut, readTextPieces } from './text-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-text-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(content: string | Uint8Array) {
  const file = path.join(folder, 'text.txt');
  await writeFile(file, content);
  return { file, start: 0, end: Buffer.byteLength(content) };
}

async function read(range: { file: string; start: number; end: number }) {
  const pieces: string[] = [];
  const reader = readTextPieces(range);
  for (;;) {
    const { done, value } = await reader.next();
    if (done) return { pieces, text: pieces.join(''), sha256: value };
    pieces.push(value);
  }
}

describe('readTextPieces', () => {
  it('cuts a long file where words end, never inside a character, a word or a line end', async () => {
    // A line of 21 bytes: the 22 chunks of a quarter of a mebibyte end at each of them.
    const line = "naïve 東京, it's\r\n";
    expect(Buffer.byteLength(line)).toBe(21);
    const text = line.repeat((22 * 2 ** 18) / 21);
    const { pieces, text: back, sha256 } = await read(await write(text));
    expect(pieces.length).toBe(23); // The last line end comes by itself.
    expect(back).toBe(text.replaceAll('\r\n', '\n'));
    // What `lastWordEnd` is proved for: a cut between a character of a word and white space.
    expect(pieces.slice(1).filter((piece) => !/^[ \n]/.test(piece))).toEqual([]);
    expect(pieces.slice(0, -1).filter((piece) => /\s$/.test(piece))).toEqual([]);
    expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it.each([
    ['\ufeffa\r\nb', 'a\nb'],
    ['a\ufeffb', 'a\ufeffb'],
    ['a\rb\r', 'a\nb\n'],
    ['a\rb\n', 'a\rb\n'],
    ['', ''],
  ])('reads %j as %j', async (content, text) => {
    expect((await read(await write(content))).text).toBe(text);
  });

  it('reads a part of a file', async () => {
    const { file } = await write('one two three');
    expect((await read({ file, start: 4, end: 8 })).text).toBe('two ');
  });

  it('gives a text without white space as one piece', async () => {
    const text = 'äöü'.repeat(200_000);
    expect((await read(await write(text))).pieces).toEqual([text]);
  });

  it.each([
    ['a PNG picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'a binary file'],
    ['UTF-16', Buffer.from('ab\ncd', 'utf16le'), 'this is text in UTF-16.'],
    [
      'Latin 1',
      Buffer.from('fine\ncaf\xe9 ol\xe9\n', 'latin1'),
      'line 2: not valid UTF-8 text; it looks like Latin-1',
    ],
    [
      'half a character at the end',
      Buffer.from('a\nb\né').subarray(0, -1),
      'line 3: not valid UTF-8 text; it ends within a character.',
    ],
    [
      'Latin 1 far behind',
      Buffer.from(`${'good\n'.repeat(99_999)}\xe9\n`, 'latin1'),
      'line 100000: not valid',
    ],
  ])('refuses %s and says where', async (_, content, message) => {
    const range = await write(content);
    const failure = await read(range).catch((error) => error);
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.message).toContain(range.file);
    expect(failure.message).toContain(message);
  });

  it('notices a file that got shorter or is gone', async () => {
    const range = await write('one two');
    await expect(read({ ...range, end: 100 })).rejects.toThrow('text.txt: the file was cut short');
    await rm(range.file);
    const failure = await read(range).catch((error) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure.message).toContain(`Cannot read ${range.file}: there is no such file`);
  });
});

describe('findCut', () => {
  it.each([
    ['one two\nthree\nfour', 2, 8],
    ['one two three\n', 2, 4],
    ['one\n', 2, undefined],
    ['one', 0, undefined],
    ['one two\rthree', 2, 8],
    ['one\rtwo\nthree', 2, 8],
  ])('of %j from %i is %s', async (text, start, cut) => {
    const { file, end } = await write(text);
    expect(await findCut({ file, start, end })).toBe(cut);
  });
});
