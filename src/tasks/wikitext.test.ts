import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../datasets/dataset.js';
import { locate } from '../datasets/locate.js';
import { splitArticles, type WikitextForm, type WikitextSplit, wikitext } from '../datasets/wikitext.js';
import { zipOf } from '../testing/archives.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadTokenizer } from '../tokenizers/load.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import type { RecordBase, RollingTask, TaskDefinition, Units, WindowRecord } from './task.js';
import { wikitext2, wikitext103 } from './wikitext.js';

const defaults = (definition: TaskDefinition) =>
  Object.fromEntries(definition.options.map(({ name, default: value }) => [name, value]));
const create = (definition: TaskDefinition, values: Record<string, string> = {}) =>
  definition.create({ ...defaults(definition), ...values }) as RollingTask<string>;
const publishedFile = (split: WikitextSplit, form: WikitextForm) => {
  const dataset = wikitext('2', form, split);
  return path.join(dataFolder, dataset.folder, dataset.files[0] as string);
};

const noHub = () => Promise.reject(new Error('no hub in this test'));
const sampleFile = async (dataset: Dataset<string>) =>
  (await locate(dataset, { data: 'sample', fetch: noHub })).files[0]!;

/** The record of a text that is one window. */
const scored = (text: number, nats: number, units: Units): RecordBase & WindowRecord => ({
  index: text,
  input: '0000000000000000',
  contextTokens: 1,
  scoredTokens: 1,
  truncatedTokens: 0,
  text,
  nats,
  units,
});

// Tokens: Hugging Face tokenizers 0.23.2 with the published vocabulary; units: Python's str.split and len(str.encode()).
describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(path.join(dataFolder, 'tokenizers', 'gpt2'), { architecture: 'gpt2' });
  });

  test.each<[WikitextSplit, WikitextForm, string, number]>([
    ['test', 'unk', 'raw', 295_877],
    ['test', 'unk', 'detokenized', 278_365],
    ['test', 'raw', 'raw', 286_221],
    ['test', 'raw', 'detokenized', 272_045],
    ['test', 'raw', 'rows', 287_644],
    ['validation', 'unk', 'raw', 258_659],
    ['validation', 'unk', 'detokenized', 243_597],
  ])('WikiText-2 %s, %s, all as one text %s: %i tokens', async (split, form, text, tokens) => {
    const task = create(wikitext2, { split, form, text, documents: 'all' });
    const rows = await task.dataset.read([publishedFile(split, form)]);
    expect(task.texts(rows).map((whole) => tokenizer.encode(whole.text).length)).toEqual([tokens]);
  });

  test("the rows of the hub's copy put together without anything between them have 283,287 tokens", async () => {
    const rows = await wikitext('2', 'raw', 'test').read([publishedFile('test', 'raw')]);
    const joined = rows.map((row) => (row.trim() === '' ? '' : `${row}\n`)).join('');
    expect(tokenizer.encode(joined)).toHaveLength(283_287);
  });

  test.each<[WikitextSplit, WikitextForm, number, number, number, number]>([
    ['test', 'raw', 62, 241_211, 4358, 1_290_590],
    ['test', 'unk', 62, 241_211, 4358, 1_256_449],
    ['validation', 'unk', 60, 213_886, 3760, 1_121_681],
  ])(
    'WikiText-2 %s, %s: units of the file, by article',
    async (split, form, articles, words, lines, bytes) => {
      const task = create(wikitext2, { split, form });
      const rows = await task.dataset.read([publishedFile(split, form)]);
      expect(rows).toHaveLength(task.dataset.publishedRows!);
      const units = task.texts(rows).map((article) => article.units);
      expect(units).toHaveLength(articles);
      const total = (key: keyof (typeof units)[number]) => units.reduce((sum, unit) => sum + unit[key], 0);
      expect([total('words'), total('lines'), total('bytes')]).toEqual([words, lines, bytes]);
      const [whole] = create(wikitext2, { split, form, documents: 'all' }).texts(rows);
      expect(whole!.units).toMatchObject({ words, lines, bytes });
    },
  );

  // Python 3.11: documents of EleutherAI/wikitext_document_level, rules of lm-evaluation-harness, joined with NUL.
  test.each<[WikitextSplit, WikitextForm, number, string]>([
    ['test', 'raw', 241_335, 'b0ae50e166add20959a5406d9b3c99fe1f23819ec0a10149047149434fb85d81'],
    ['validation', 'unk', 214_006, '07ba40a12c0e195e14458a7693caee338652871512939642bbc7559a24405777'],
  ])(
    'WikiText-2 %s, %s: articles and word count are those of lm-evaluation-harness',
    async (split, form, words, sha256) => {
      const task = create(wikitext2, { split, form });
      const articles = task.texts(await task.dataset.read([publishedFile(split, form)]));
      const joined = articles.map(({ text }) => text).join('\0');
      expect(createHash('sha256').update(joined).digest('hex')).toBe(sha256);
      const metrics = task.metrics(articles.map((article, text) => scored(text, 1, article.units)));
      expect(metrics.find(({ id }) => id === 'perplexity_harness')!.n).toBe(words);
    },
  );

  test('0.9769 bits per byte are 37.38 per word, the published result of GPT-2 by lm-evaluation-harness', async () => {
    const task = create(wikitext103);
    const articles = task.texts(await task.dataset.read([publishedFile('test', 'raw')]));
    const records = articles.map(({ units }, text) => scored(text, 0.9769 * Math.LN2 * units.bytes, units));
    const metrics = Object.fromEntries(task.metrics(records).map(({ id, value }) => [id, value]));
    expect(metrics.bits_per_byte).toBeCloseTo(0.9769, 10);
    expect(metrics.perplexity_harness).toBeCloseTo(37.38, 2);
    expect(metrics.perplexity).toBeCloseTo(37.45, 2);
    expect(metrics.perplexity_with_line_ends).toBeCloseTo(35.12, 2);
  });
});

test('a heading of the first level begins an article, others do not; what stands before the first is an article', () => {
  const lines = [
    ' the end of one . ',
    ' ',
    ' = Moss = ',
    ' ',
    ' Green . ',
    ' = = Use = = ',
    ' = = = In peat = = = ',
    ' = Fern = ',
  ];
  expect(splitArticles(lines)).toEqual([lines.slice(0, 2), lines.slice(2, 7), lines.slice(7)]);
  expect(splitArticles([' ', ' = Moss = '])).toEqual([[' ', ' = Moss = ']]);
});

test('the two data sets differ in what stands beside the paper: form of the file, and line ends', () => {
  const units = { words: 9, lines: 1, bytes: 50, characters: 50 };
  const ids = (task: RollingTask<string>) => task.metrics([scored(0, 30, units)]).map(({ id, n }) => [id, n]);
  expect(create(wikitext2).dataset.files).toEqual(['wiki.test.tokens', 'wikitext-2-v1.zip']);
  expect(ids(create(wikitext2)).slice(0, 2)).toEqual([
    ['perplexity', 10],
    ['perplexity_without_line_ends', 9],
  ]);
  expect(create(wikitext103).dataset.files).toEqual(['wiki.test.raw', 'wikitext-103-raw-v1.zip']);
  expect(ids(create(wikitext103)).slice(0, 2)).toEqual([
    ['perplexity', 9],
    ['perplexity_with_line_ends', 10],
  ]);
  // The harness' count belongs to its recipe only.
  const others: Record<string, string>[] = [{ windows: 'disjoint' }, { text: 'raw' }, { documents: 'all' }];
  for (const values of others) {
    expect(ids(create(wikitext103, values)).map(([id]) => id)).not.toContain('perplexity_harness');
  }
});

describe('the samples', () => {
  const rowsOf = async (form: WikitextForm) => {
    const dataset = wikitext('2', form, 'test');
    return dataset.read([await sampleFile(dataset)]);
  };

  test('are two articles, the same words in both forms but for <unk>', async () => {
    const [raw, unk] = [await rowsOf('raw'), await rowsOf('unk')];
    expect(create(wikitext2).texts(unk)).toHaveLength(2);
    expect(unk).toHaveLength(raw.length);
    const words = raw.join(' ').split(' ');
    const replaced = unk
      .join(' ')
      .split(' ')
      .map((word, place) => (word === '<unk>' ? words[place] : word));
    expect(replaced).toEqual(words);
    expect(unk.join(' ').split('<unk>').length).toBeGreaterThan(10);
  });

  test('read as text, lose nothing: raw text of all articles is the file', async () => {
    const task = create(wikitext2, { form: 'raw', text: 'raw', documents: 'all' });
    const file = await sampleFile(task.dataset);
    expect(task.texts(await task.dataset.read([file]))[0]!.text).toBe(readFileSync(file, 'utf8'));
  });

  test('detokenized, read like prose', async () => {
    const [gannet] = create(wikitext2, { form: 'raw' }).texts(await rowsOf('raw'));
    expect(gannet!.text).toContain('\n=== Feeding ===\n\nGannets hunt by plunging. From a height');
    expect(gannet!.text).toContain('a yellow-buff head, and their wings span up to 1.8 metres (5.9 ft).');
  });

  test("as the hub's Parquet file, in the published archive, with CRLF and bare blank lines: the same rows", async () => {
    const rows = await rowsOf('raw');
    const lines = rows.map((row) => `${row}\n`);
    const hubRows = rows.map((row) => (row.trim() === '' ? '' : `${row}\n`));
    const parquet = parquetWriteBuffer({ columnData: [{ name: 'text', data: hubRows, type: 'STRING' }] });
    const archive = zipOf([
      { name: 'wikitext-2-raw/wiki.valid.raw', content: 'another text' },
      { name: 'wikitext-2-raw/wiki.test.raw', content: lines.join('') },
    ]);
    const stripped = rows.map((row) => `${row.trim() === '' ? '' : row}\r\n`).join('');
    const folder = await makeTemporaryFolder();
    try {
      for (const [name, content] of [
        ['test-00000-of-00001.parquet', new Uint8Array(parquet)],
        ['wikitext-2-raw-v1.zip', archive],
        ['wiki.test.raw', stripped],
      ] as const) {
        const file = path.join(folder, name);
        writeFileSync(file, content);
        expect(await wikitext('2', 'raw', 'test').read([file])).toEqual(rows);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of one form are refused as the other, with the option that reads them', async () => {
    const raw = await sampleFile(wikitext('2', 'raw', 'test'));
    const unk = await sampleFile(wikitext('2', 'unk', 'test'));
    await expect(wikitext('2', 'raw', 'test').read([unk])).rejects.toMatchObject({
      message: expect.stringContaining('line 4: the raw text has no <unk>'),
      hint: expect.stringContaining('--form unk'),
    });
    await expect(wikitext('2', 'unk', 'test').read([raw])).rejects.toMatchObject({
      hint: expect.stringContaining('--form raw'),
    });
  });
});
