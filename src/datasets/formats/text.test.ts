import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '../../testing/archives.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { readJson } from './json.js';
import { readJsonLines, readLines, streamLines } from './lines.js';
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
    await expect(readTail(path.join(folder, 'gone.bin'), 5)).rejects.toThrow(/^Cannot read .*ENOENT/);
  });
});

describe('readLines', () => {
  test('gives the lines without empty ones, which count', async () => {
    const file = await write('lines.txt', '\ufeffa\r\n\n\r\n b\rc \nd');
    expect(await readLines(file)).toEqual([
      { number: 1, text: 'a' },
      { number: 4, text: ' b\rc ' },
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

describe('JSON', () => {
  test.each([
    ['{"a": 1}\n{"a"', /line 2: the line is not JSON/],
    ['{"a": 1}\n\n7', /line 3: not an object.*found 7/],
    ['[1]', /line 1: not an object/],
    ['null', /line 1: not an object/],
  ])('the lines %j are refused', async (content, message) => {
    await expect(readJsonLines(await write('rows.jsonl', content))).rejects.toThrow(message);
  });

  test('half a character is refused: it is JSON but no text', async () => {
    expect(await readJsonLines(await write('pair.jsonl', '{"a": "\\ud83d\\ude00"}'))).toEqual([
      { at: 'line 1', value: { a: '😀' } },
    ]);
    await expect(
      readJsonLines(await write('half.jsonl', '{"a": 1}\n{"b": ["x", "y\\uD83Dz"]}')),
    ).rejects.toThrow(
      /half\.jsonl: line 2: the line has half a character, which is no text\. .*found "y\\ud83dz"/,
    );
    await expect(readJson(await write('half.json', '{"\\udc00": 1}'))).rejects.toThrow(
      /half\.json: the file has half/,
    );
  });

  test('lines say where they stand', async () => {
    expect(await readJsonLines(await write('rows.jsonl', '{"a": 1}\r\n\r\n{"b": "é"}'))).toEqual([
      { at: 'line 1', value: { a: 1 } },
      { at: 'line 3', value: { b: 'é' } },
    ]);
  });

  test('a whole file, packed or not', async () => {
    expect(await readJson(await write('a.json', '\ufeff{"a": [1, null]}'))).toEqual({ a: [1, null] });
    expect(
      await readJson(await write('a.zip', zipOf([{ name: 'x/a.json', content: '[]' }])), {
        member: 'a.json',
      }),
    ).toEqual([]);
    await expect(readJson(await write('cut.json', '{"a": [1,'))).rejects.toThrow(
      /cut\.json: the file is not JSON/,
    );
  });
});
