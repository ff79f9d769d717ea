import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError, UserError } from '../../errors.js';
import { tarOf, zipOf } from '../../testing/archives.js';
import { makeTemporaryFolder } from '../../testing/tiny-model.js';
import { readText } from './text.js';
import { streamMembers } from './unpack.js';
import { checkUnpacked } from './unpack-limits.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

/** Written by Python 3.11.7, zipfile: a folder, RTE/dev.tsv of three lines, and what macOS adds. */
const pythonZip =
  'UEsDBBQAAAAAAAAAIVAAAAAAAAAAAAAAAAAEAAAAUlRFL1BLAwQUAAAACAAAACFQw94XswwAAAAYAAAACwAAAFJURS9kZXYudHN2y89L5Swp' +
  'z+fKR6MBUEsDBBQAAAAIAAAAIVCDFtyMAwAAAAEAAAAWAAAAX19NQUNPU1gvUlRFLy5fZGV2LnRzdqsAAFBLAQIUAxQAAAAAAAAAIVAAAAAAAAAA' +
  'AAAAAAAEAAAAAAAAAAAAAACAAQAAAABSVEUvUEsBAhQDFAAAAAgAAAAhUMPeF7MMAAAAGAAAAAsAAAAAAAAAAAAAAIABIgAAAFJURS9kZXYudHN2' +
  'UEsBAhQDFAAAAAgAAAAhUIMW3IwDAAAAAQAAABYAAAAAAAAAAAAAAIABVwAAAF9fTUFDT1NYL1JURS8uX2Rldi50c3ZQSwUGAAAAAAMAAwCvAAAA' +
  'jgAAAAAA';

/** Written by Python 3.11.7, tarfile: a folder, RACE/ddd…d/1.txt whose path is longer than 100 bytes, and a link. */
const pythonTar =
  'H4sIAHpQBWsC/+3WSwrCMBSF4YxdRVaQNPY1EhQRHIo7CLagKKXYqN2Vi3BjFgXBUnSUKvT/JjdkksHhXKL0ejZfaOFT0Eii6DEb7dlxThJj' +
  'hIxFD06Vs8fmSTFMSis9Xdl6mdssP/rLvyP3V+Zjk77nb5qrWMia/L0zUShL67YT9VwE2Y9oo1ztRgJ9999/7N/3f6v/YZCGqZAB/feusLfrOad3' +
  'A+//YVfs/+f/Z0wcBUKOde42urRVdcnoPwAAAAAAAAAAAAB8dgfSUkgMACgAAA==';

describe('files of other programs', () => {
  test('a zip of Python’s: folders and what macOS adds are no files, and the name may be its end', async () => {
    const file = await write('python.zip', Buffer.from(pythonZip, 'base64'));
    expect(await readText(file)).toBe('one\ttwo\n'.repeat(3));
    expect(await readText(file, { member: 'dev.tsv' })).toBe('one\ttwo\n'.repeat(3));
    expect(await readText(file, { member: 'RTE/dev.tsv' })).toBe('one\ttwo\n'.repeat(3));
  });

  test.each(['python.tgz', 'python.tar.gz'])(
    'a tar of Python’s as %s: long names, links left out',
    async (name) => {
      const file = await write(name, Buffer.from(pythonTar, 'base64'));
      expect(await readText(file)).toBe('naïve\n');
      const names: string[] = [];
      for await (const member of streamMembers(file)) names.push(member.name);
      expect(names).toEqual([`RACE/${'d'.repeat(120)}/1.txt`]);
    },
  );
});

const two = [
  { name: 'a/train.tsv', content: 'first' },
  { name: 'b/dev.tsv', content: 'second' },
  { name: 'b/train.tsv', content: 'third' },
];

describe.each([
  ['zip', async () => zipOf(two)],
  ['tar', () => tarOf(two)],
  ['tar.gz', async () => gzipSync(await tarOf(two))],
])('a %s with several files', (kind, make) => {
  const file = async () => write(`several.${kind}`, await make());

  test('gives the one that is asked for', async () => {
    expect(await readText(await file(), { member: 'dev.tsv' })).toBe('second');
    expect(await readText(await file(), { member: 'b/train.tsv' })).toBe('third');
  });

  test('refuses to guess', async () => {
    await expect(readText(await file())).rejects.toThrow(
      /several\.\S+: several files in the archive could be meant\. Expected one file, found a\/train\.tsv, b\/dev\.tsv/,
    );
    await expect(readText(await file(), { member: 'train.tsv' })).rejects.toThrow(
      /could be meant\. Expected train\.tsv, found a\/train\.tsv, b\/train\.tsv\./,
    );
  });

  test('says what it holds instead', async () => {
    await expect(readText(await file(), { member: 'v.tsv' })).rejects.toThrow(
      /does not hold the file that is wanted\. Expected v\.tsv, found a\/train\.tsv, b\/dev\.tsv, b\/train\.tsv/,
    );
  });

  test('gives its files one after the other, read or not', async () => {
    const texts: string[] = [];
    for await (const { name, bytes } of streamMembers(await file())) {
      if (name === 'b/dev.tsv') continue;
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes()) chunks.push(chunk);
      texts.push(`${name} ${Buffer.concat(chunks)}`);
    }
    expect(texts).toEqual(['a/train.tsv first', 'b/train.tsv third']);
  });
});

describe('what no benchmark has is refused', () => {
  const outside = [
    { name: 'fine.txt', content: 'a' },
    { name: '../x', content: 'b' },
  ];
  test.each([
    ['../x in a zip', 'outside.zip', async () => zipOf(outside), /invalid relative path: \.\.\/x/],
    ['../x in a tar', 'outside.tar', () => tarOf(outside), /a member outside its own folder\. Found \.\.\/x/],
    [
      'an absolute path in a tar',
      'absolute.tar',
      () => tarOf([{ name: '/etc/x', content: '' }]),
      /Found \/etc\/x/,
    ],
    ['an empty zip', 'empty.zip', async () => zipOf([]), /Expected one file, found none/],
    ['an empty tar', 'empty.tar', () => tarOf([]), /Expected one file, found none/],
  ])('%s', async (_what, name, make, message) => {
    const failure = await readText(await write(name, await make())).catch((error) => error);
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(name);
  });

  const zeros = Buffer.alloc(40 * 2 ** 20);
  test.each([
    ['zip', () => zipOf([{ name: 'zeros.txt', content: zeros }])],
    ['gz', () => gzipSync(zeros)],
  ])('a bomb in %s, before it is unpacked whole', async (kind, make) => {
    const file = await write(`bomb.${kind}`, make());
    await expect(readText(file)).rejects.toThrow(
      /bomb\.\w+: the file unpacks to far more than text does\. Expected at most 200 times its \d+ packed bytes/,
    );
  });

  test('more than 8 GiB, however well it is packed', () => {
    expect(() => checkUnpacked(2 ** 33, 2 ** 31, 'large.zip')).not.toThrow();
    expect(() => checkUnpacked(2 ** 33 + 1, 2 ** 31, 'large.zip')).toThrow(
      /at most 8589934592 bytes, found 8589934593/,
    );
  });

  test('a zip that unpacks to more than it says', async () => {
    const file = await write('liar.zip', zipOf([{ name: 'a', content: 'x'.repeat(1000), sizeBytes: 10 }]));
    await expect(readText(file)).rejects.toThrow(
      /liar\.zip: not a whole and undamaged zip file: too many bytes/,
    );
  });
});

test('a gzip file under another name is unpacked, and checked to its end', async () => {
  const packed = gzipSync('naïve\n'.repeat(100));
  expect(await readText(await write('wrong-name.txt', packed))).toBe('naïve\n'.repeat(100));
  await expect(readText(await write('half-name.txt', packed.subarray(0, -9)))).rejects.toThrow(
    /half-name\.txt: not a whole and undamaged gzip file: unexpected end of file/,
  );
});

describe('a damaged file is refused', () => {
  const text = Array.from({ length: 5000 }, (_, line) => `line ${line * line}\n`).join('');
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
  test.each([
    ['half a gz', 'half.txt.gz', async () => half(gzipSync(text)), /gzip file: unexpected end of file/],
    ['nothing as gz', 'nothing.gz', async () => Buffer.alloc(0), /gzip file: /],
    ['no gz', 'text.gz', async () => Buffer.from(text), /gzip file: incorrect header check/],
    [
      'half a zip',
      'half.zip',
      async () => half(zipOf([{ name: 'a', content: text }])),
      /zip file: End of central/,
    ],
    [
      'a wrong checksum',
      'sum.zip',
      async () => zipOf([{ name: 'a', content: text, crc32: 1 }]),
      /checksum of a does not fit/,
    ],
    [
      'half a tar',
      'half.tar',
      async () => half(await tarOf([{ name: 'a', content: text }])),
      /tar file: Unexpected end/,
    ],
    [
      'half a tar.gz',
      'half.tgz',
      async () => half(gzipSync(await tarOf([{ name: 'a', content: text }]))),
      /gzip file: unexpected end/,
    ],
    ['no tar', 'text.tar', async () => Buffer.from(text), /tar file: /],
  ])('%s', async (_what, name, make, message) => {
    const failure = await readText(await write(name, await make())).catch((error) => error);
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(name);
    expect(failure.hint).toContain('Fetch it again');
  });

  test('a flipped bit in a gz', async () => {
    const bytes = gzipSync(text);
    bytes[bytes.length - 5]! ^= 1;
    await expect(readText(await write('flipped.gz', bytes))).rejects.toThrow(
      /flipped\.gz: not a whole .* incorrect data check/,
    );
  });
});

test.each(['gone.txt', 'gone.txt.gz', 'gone.zip', 'gone.tar', 'gone.tgz'])(
  '%s that does not exist is told from one that is damaged',
  async (name) => {
    const failure = await readText(path.join(folder, name)).catch((error) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).not.toBeInstanceOf(DataError);
    expect(failure.message).toMatch(/^Cannot read .*gone\.[a-z.]+: there is no such file/);
  },
);

test('a folder in the place of a file is named', async () => {
  await expect(readText(folder)).rejects.toThrow(/^Cannot read .*it is a folder/);
});
