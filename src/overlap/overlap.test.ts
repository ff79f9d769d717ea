import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataError, InterruptedError, UserError } from '../errors.js';
import { seededUniform } from '../testing/random.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { listTextFiles } from './documents.js';
import { measureOverlap, type OverlapProgress, type OverlapSettings } from './overlap.js';

const settings: OverlapSettings = { n: 3, falsePositiveRate: 1e-8, exact: false, probes: 1000 };

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

async function measure(test: string[], train: string[], changes: Partial<OverlapSettings> = {}) {
  return measureOverlap(await listTextFiles(test), await listTextFiles(train), { ...settings, ...changes });
}

test('the share of n-grams that are in the training text, by document and in all', async () => {
  const train = await write('train.txt', 'The quick brown fox jumps. A dog sleeps all day long.');
  const half = await write('half.txt', 'A quick, brown fox jumps high');
  const none = await write('none.txt', 'nothing of this is there');
  const { documents, total, train: read, set } = await measure([half, none], [train]);
  expect(read).toMatchObject({ files: 1, documents: 1, words: 11, ngrams: 9 });
  expect(documents).toEqual([
    {
      document: 'half.txt',
      words: 6,
      ngrams: 4,
      found: 2,
      percent: 50,
      passages: [{ words: 4, text: 'quick brown fox jumps' }],
    },
    { document: 'none.txt', words: 5, ngrams: 3, found: 0, percent: 0, passages: [] },
  ]);
  expect(total).toEqual({ ngrams: 7, found: 2, percent: (100 * 2) / 7 });
  expect(set).toMatchObject({ kind: 'bloom', hashes: 27, probes: 1000, hits: 0 });
});

test('the filter finds the same as an exact set, on texts of few words', async () => {
  const random = seededUniform(3);
  const words = (count: number) =>
    Array.from({ length: count }, () => `w${Math.floor(40 * random() ** 2)}`).join(' ');
  const train = await write('random-train.txt', words(20_000));
  const test = await write('random-test.txt', Array.from({ length: 50 }, () => words(200)).join('\n'));
  const exact = await measure([test], [train], { exact: true, lines: true });
  const filtered = await measure([test], [train], { lines: true });
  expect(filtered.documents).toEqual(exact.documents);
  expect(exact.total.percent).toBeGreaterThan(10);
  expect(exact.total.percent).toBeLessThan(90);
  expect(exact.set).toEqual({ kind: 'exact', distinct: expect.any(Number) });
});

test('lines of JSON are documents, and so are lines of text with `lines`', async () => {
  const train = await write('lines.txt.gz', gzipSync('one two three\n\nfour five six\n'));
  const rows = await write('rows.jsonl', '{"story": "Three four five"}\n{"story": "Four five six!"}\n');
  const byLine = await measure([rows], [train], { key: 'story', lines: true });
  expect(byLine.documents.map(({ document, found }) => [document, found])).toEqual([
    ['rows.jsonl:1', 0],
    ['rows.jsonl:2', 1],
  ]);
  expect(byLine.train).toMatchObject({ documents: 2, ngrams: 2 });
  const whole = await measure([rows], [train], { key: 'story' });
  expect(whole.documents.map(({ found }) => found)).toEqual([1, 1]);
});

test('a folder stands for the text files in it, and a file counts once', async () => {
  await write('books/b.txt', 'b');
  await write('books/more/a.tokens', 'a');
  await write('books/cover.png', 'not text');
  const files = await listTextFiles([path.join(folder, 'books'), path.join(folder, 'books', 'b.txt')]);
  expect(files.map(({ name }) => name)).toEqual(['b.txt', 'more/a.tokens']);
});

test.each([
  ['no-such-file.txt', /Cannot read .*no-such-file/],
  ['empty-folder/', /holds no text file/],
])('%s is an error that says so', async (name, message) => {
  await mkdir(path.join(folder, 'empty-folder'), { recursive: true });
  const failed = listTextFiles([path.join(folder, name)]);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toBeInstanceOf(UserError);
});

test('what is not text, or not such JSON, is an error with its place', async () => {
  const good = await write('good.txt', 'one two three four');
  const latin = await write('latin.txt', Buffer.from('caf\u00e9 noir et blanc', 'latin1'));
  await expect(measure([good], [latin])).rejects.toThrow(/latin\.txt: byte 3: .*UTF-8/);
  const broken = await write('broken.jsonl', '{"text": "fine"}\n{"text": \n');
  await expect(measure([broken], [good])).rejects.toThrow(/broken\.jsonl: line 2: the line is not JSON/);
  const other = await write('other.jsonl', '{"words": "fine"}\n');
  await expect(measure([other], [good])).rejects.toBeInstanceOf(DataError);
});

test('a text without a single n-gram is an error, not 0 %', async () => {
  const good = await write('good.txt', 'one two three four');
  const short = await write('short.txt', 'one two');
  await expect(measure([short], [good])).rejects.toThrow('The test text has no run of 3 words.');
  await expect(measure([good], [short])).rejects.toThrow('The training text has no run of 3 words.');
});

test('progress goes from nothing to all, and an abort stops the work', async () => {
  const train = await listTextFiles([await write('long.txt', 'some words to count again '.repeat(50_000))]);
  const events: OverlapProgress[] = [];
  await measureOverlap(train, train, settings, { onProgress: (event) => events.push(event) });
  const done = events.map(({ doneBytes }) => doneBytes);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.at(-1)).toBe(3 * train[0]!.sizeBytes);
  expect(new Set(events.map(({ phase }) => phase))).toEqual(
    new Set(['counting', 'filling', 'checking', 'testing']),
  );
  const controller = new AbortController();
  const stopped = measureOverlap(train, train, settings, {
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'filling') controller.abort(new InterruptedError('Interrupted.'));
    },
  });
  await expect(stopped).rejects.toBeInstanceOf(InterruptedError);
});
