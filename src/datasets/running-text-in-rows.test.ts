import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continuations } from './continuations.js';
import { readCorpus } from './corpus.js';
import { type CorpusDocument, readPieces } from './document.js';
import { enwik8 } from './enwik8.js';
import { oneBillionWords } from './one-billion-words.js';
import { ptb } from './ptb.js';
import { text8 } from './text8.js';
import { wikitext } from './wikitext.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const full = path.join(folder, name);
  await writeFile(full, content);
  return full;
}

const lines = (key: string, texts: readonly string[]) =>
  texts.map((text) => `${JSON.stringify({ id: 1, [key]: text })}\n`).join('');
const csv = (key: string, texts: readonly string[]) =>
  `id,${key}\n${texts.map((text) => `1,"${text.replaceAll('"', '""')}"\n`).join('')}`;

/** As the hub has them: line ends but at blank lines. */
const articles = ['', ' = Green Door = \n', '', ' A green <unk> , " old " , stood there . \n'];

test.each([
  ['rows.jsonl', lines('text', articles)],
  ['rows.jsonl.gz', gzipSync(lines('text', articles))],
  ['rows.json', JSON.stringify(articles.map((text) => ({ text })))],
  ['rows.json', lines('text', articles)],
  ['rows.csv', csv('text', articles)],
  // One row for the article; a name that says nothing.
  ['pages.txt', lines('page', [' \n = Green Door = \n \n A green <unk> , " old " , stood there . \n'])],
])('WikiText in %s is the lines of the text', async (name, content) => {
  const rows = await wikitext('2', 'unk', 'test').read([await file(name, content)]);
  expect(rows).toEqual([' ', ' = Green Door = ', ' ', ' A green <unk> , " old " , stood there . ']);
});

test('sentences are read from JSON lines and tables', async () => {
  const sentences = ['the firm did n\'t <unk> N "', 'no , he said'];
  const published = sentences.map((text) => ` ${text} `);
  expect(await ptb('test').read([await file('p.jsonl', lines('sentence', sentences))])).toEqual(published);
  expect(await ptb('test').read([await file('p.csv', csv('sentence', sentences))])).toEqual(published);
  const table = await file('p.tsv', `sentence\tid\n${sentences.map((text) => `${text}\t1\n`).join('')}`);
  expect(await ptb('test').read([table])).toEqual(published);
  expect(await oneBillionWords.read([await file('b.csv', csv('text', sentences))])).toEqual(sentences);
});

test('rows without texts are refused by what they are', async () => {
  const other = await file('other.jsonl', lines('question', ['who ?']));
  await expect(ptb('test').read([other])).rejects.toThrow(
    /line 1: no text under "text".*text or sentence or page or content.*id, question/s,
  );
  const table = await file('other.csv', 'The fox ran .\nIt hid .\n');
  await expect(oneBillionWords.read([table])).rejects.toThrow(
    /the column text is missing: the first line must name the columns, with commas between/,
  );
});

test('bytes are read from one row and from a list of their numbers', async () => {
  const text = `<page>Élan\n${'ab '.repeat(20)}</page>`;
  const whole = [text];
  const numbers = (value: number) => (value === 10 ? '\n' : String(value));
  for (const given of [
    await file('e.jsonl', lines('text', [text])),
    await file('plain.txt', [...Buffer.from(text)].join(' ')),
    // As the script that is handed around writes it.
    await file('script.txt', [...Buffer.from(text)].map(numbers).join(' ')),
  ]) {
    expect(await enwik8('test').read([given])).toEqual(whole);
  }
  const letters = 'one two '.repeat(9);
  expect(await text8('test').read([await file('t.txt', [...Buffer.from(letters)].join(' '))])).toEqual([
    letters,
  ]);
  await expect(enwik8('test').read([await file('cut.jsonl', lines('text', ['ab', 'cd']))])).rejects.toThrow(
    /cut into rows.*found 2/s,
  );
  await expect(enwik8('test').read([await file('odd.txt', `${'65 '.repeat(2000)}300`)])).rejects.toThrow(
    /number 2001.*0 to 255/s,
  );
  await expect(ptb('test').read([await file('list.txt', '65 '.repeat(100))])).rejects.toThrow(/byte numbers/);
});

test('passages and the documents of a corpus are the texts', async () => {
  const words = Array.from({ length: 140 }, (_, index) => `w${index}`).join(' ');
  const rows = await file('own.jsonl', lines('text', [words, 'short']));
  expect((await continuations.read([rows]))[0]!.prompt).toMatch(/^w0 .* w23$/);
  const { training } = await readCorpus([rows]);
  expect(training.map(({ name }) => name)).toEqual(['own.jsonl:1', 'own.jsonl:2']);
  expect(await textsOf(training)).toEqual([words, 'short']);
});

test('rows of a corpus are documents of their own, in any form', async () => {
  const texts = [
    'It rained.\r\nÉlan',
    '{"a": 1}',
    ' ',
    'last 😀',
    '{"a": 1}',
    `${'long 日本 '.repeat(60_000)}end`,
  ];
  const left = [texts[0]!.replace('\r', ''), texts[1], texts[3], texts[5]];
  for (const given of [
    await file('own.jsonl', lines('text', texts)),
    await file('hidden.txt', lines('text', texts)),
    await file('own.csv.gz', gzipSync(csv('content', texts))),
  ]) {
    const { training, skipped } = await readCorpus([given]);
    expect(await textsOf(training)).toEqual(left);
    expect(skipped.map(({ reason }) => reason.replace(/text as .*:/, 'text as '))).toEqual([
      'empty',
      expect.stringMatching(/^same text as [24]$/),
    ]);
  }
});

test('rows are held out as documents, a whole file of them, or the end of one that is large', async () => {
  const one = await file('one.jsonl', lines('text', ['a b', 'c d', 'e f', 'g h']));
  const other = await file('other.jsonl', lines('text', ['i j', 'k l']));
  const named = await readCorpus([one, other], { holdOut: ['other.jsonl', 'one.jsonl:3'] });
  expect(await textsOf(named.training)).toEqual(['a b', 'c d', 'g h']);
  expect(await textsOf(named.heldOut)).toEqual(['e f', 'i j', 'k l']);
  const share = await readCorpus([one, other], { holdOut: 0.34 });
  expect([share.training.length, share.heldOut.length]).toEqual([4, 2]);
  const large = await file('large.jsonl', lines('text', ['x y\n'.repeat(50)]));
  const ends = await readCorpus([large], { holdOut: 0.1 });
  expect(await textsOf([...ends.training, ...ends.heldOut])).toEqual(['x y\n'.repeat(46), 'x y\n'.repeat(4)]);
});

async function textsOf(documents: readonly CorpusDocument[]): Promise<string[]> {
  const texts: string[] = [];
  for (const document of documents) {
    let text = '';
    for await (const piece of readPieces(document)) text += piece;
    texts.push(text);
  }
  return texts;
}
