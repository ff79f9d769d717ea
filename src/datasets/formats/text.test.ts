import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../testing/archives.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { withLineFeeds } from './line-ends.js';
import { readLines, streamLines } from './lines.js';
import { readTail, readText } from './text.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('readText', () => {
  test('leaves the text as it is, but for the byte order mark', async () => {
    expect(await readText(await write('bom.txt', '\ufeffa\r\n\ufeffé\n'))).toBe('a\r\n\ufeffé\n');
    expect(await readText(await write('empty.txt', ''))).toBe('');
  });

  test('refuses a file larger than expected', async () => {
    const file = await write('large.txt', 'abcde');
    expect(await readText(file, { maxBytes: 5 })).toBe('abcde');
    await expect(readText(file, { maxBytes: 4 })).rejects.toThrow(
      /large\.txt: the file is too large.*at most 4 bytes/,
    );
    const zipped = await write('large.zip', zipOf([{ name: 'a', content: 'abcde' }]));
    await expect(readText(zipped, { maxBytes: 4, member: 'a' })).rejects.toThrow(
      /large\.zip \(a\): the file is too large/,
    );
  });
});

describe('readTail', () => {
  const bytes = Uint8Array.from({ length: 700_001 }, (_, at) => (at * at) >> 7);
  const forms: [string, Uint8Array][] = [
    ['tail.bin', bytes],
    ['tail.bin.gz', gzipSync(bytes)],
    ['tail.zip', zipOf([{ name: 'tail.bin', content: bytes }])],
  ];

  test.each(forms)('of %s gives the last bytes', async (name, content) => {
    const file = await write(name, content);
    for (const count of [1, 65_536, 300_000, 700_001]) {
      expect(
        Buffer.compare(await readTail(file, count, { expectBytes: 700_001 }), bytes.subarray(-count)),
      ).toBe(0);
    }
  });

  test.each(forms)('of %s refuses another size', async (name, content) => {
    const file = await write(name, content);
    await expect(readTail(file, 5, { expectBytes: 700_000 })).rejects.toThrow(
      /not have the published size\. Expected 700000 bytes, found 700001/,
    );
    await expect(readTail(file, 700_002)).rejects.toThrow(
      /too short\. Expected at least 700002 bytes, found 700001/,
    );
  });

  test('of a file that does not exist', async () => {
    await expect(readTail(path.join(folder, 'gone.bin'), 5)).rejects.toThrow(
      /^Cannot read .*there is no such file/,
    );
  });
});

describe('readLines', () => {
  test('gives the lines without empty ones, which count', async () => {
    const file = await write('lines.txt', '\ufeffa\r\n\n\r\n b\rc \nd');
    expect(await readLines(file)).toEqual([
      { number: 1, text: 'a' },
      { number: 4, text: ' b\rc' },
      { number: 5, text: 'd' },
    ]);
  });

  test('keeps empty ones where they matter, but there is none behind the last line end', async () => {
    const texts = async (content: string) =>
      (await readLines(await write('empty-lines.txt', content), { keepEmpty: true })).map(({ text }) => text);
    expect(await texts('a\n\r\nb\n\n')).toEqual(['a', '', 'b', '']);
    expect(await texts('a\n\nb')).toEqual(['a', '', 'b']);
    expect(await texts('')).toEqual([]);
  });

  test('are the same however the file is cut into pieces', async () => {
    const lines = Array.from({ length: 40_000 }, (_, line) => `${'é'.repeat(line % 23)}${line}`);
    const read = await readLines(await write('many.txt.gz', gzipSync(lines.join('\r\n'))));
    expect(read.map(({ text }) => text)).toEqual(lines);
    expect(read.at(-1)!.number).toBe(40_000);
  });

  test('refuses a line of more than a million characters before it is read whole', async () => {
    const fits = await write('fits.txt', `a\n${'b'.repeat(1_000_000)}\n`);
    expect((await readLines(fits)).length).toBe(2);
    const file = await write('long.txt', `a\n${'b'.repeat(9_000_000)}`);
    await expect(readLines(file)).rejects.toThrow(
      /long\.txt: line 2: the line is too long\. .*1000000 characters, found 1\d{6}\./,
    );
  });

  test('can be read from the start without reading the rest', async () => {
    const file = await write(
      'start.txt',
      Buffer.concat([Buffer.from('first\n'.repeat(100_000)), Buffer.of(0xff)]),
    );
    for await (const { text } of streamLines(file)) {
      expect(text).toBe('first');
      break;
    }
    await expect(readLines(file)).rejects.toThrow(/byte 600000/);
  });
});

describe('line ends', () => {
  const texts = async (content: string, options?: { keepEmpty: boolean }) =>
    (await readLines(await write('ends.txt', content), options)).map(({ text }) => text);

  test('CR alone ends lines where there is no LF', async () => {
    expect(await texts('a\r\rb  \rc')).toEqual(['a', 'b', 'c']);
    expect(await texts('a\r\rb\r', { keepEmpty: true })).toEqual(['a', '', 'b']);
    const many = Array.from({ length: 50_000 }, (_, line) => `line ${line}`);
    expect(await texts(many.join('\r'))).toEqual(many);
    // A first line as long as what is looked at, whose CRLF may come in two pieces.
    for (const length of [65_535, 65_536, 262_143]) {
      expect(await texts(`${'a'.repeat(length)}\r\nb\r\n`)).toEqual(['a'.repeat(length), 'b']);
    }
  });

  test('spaces and tabs before them are part of a line only in tables', async () => {
    expect(await texts('a \t\n \n b\t')).toEqual(['a', ' b']);
    const file = await write('blanks.txt', 'a \t\r\n \n');
    expect((await readLines(file, { keepBlanks: true })).map(({ text }) => text)).toEqual(['a \t', ' ']);
  });

  test('within texts that are read whole they become those of the file', () => {
    expect(withLineFeeds('a\r\n"b\r\nc"\r\n')).toBe('a\n"b\nc"\n');
    expect(withLineFeeds('a\n"b\r\nc"\n')).toBe('a\n"b\r\nc"\n');
    expect(withLineFeeds('a\rb')).toBe('a\nb');
  });
});
