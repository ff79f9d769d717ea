import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { tarOf } from '../testing/archives.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { ptb } from './ptb.js';
import type { RollingTask } from './task.js';

const defaults = Object.fromEntries(ptb.options.map(({ name, default: value }) => [name, value]));
const create = (values: Record<string, string> = {}) =>
  ptb.create({ ...defaults, ...values }) as RollingTask<string>;
const noHub = () => Promise.reject(new Error('no hub in this test'));

describe('the sample', () => {
  test('is read as one text, and says the same with ? and 1 for what was taken out', async () => {
    const task = create();
    const { rows } = await loadDataset(task.dataset, { data: 'sample', fetch: noHub });
    expect(rows).toHaveLength(20);
    const [whole, ...others] = task.texts(rows);
    expect(others).toEqual([]);
    expect(whole!.text).toContain("we aren't going to sell the mill said ? ? the company's chairman\n");
    expect(whole!.text).toContain('\nnet income rose 1 1 to $1 million from $1 million a year earlier');
    expect(whole!.units).toMatchObject({ words: 276, lines: 20 });
  });

  test("as the hub's Parquet file, without the spaces at the ends, and in Mikolov's archive: the same rows", async () => {
    const { dataset } = create();
    const { rows } = await loadDataset(dataset, { data: 'sample', fetch: noHub });
    const data = rows.map((row) => row.trim());
    const parquet = parquetWriteBuffer({ columnData: [{ name: 'sentence', data, type: 'STRING' }] });
    const archive = await tarOf([
      { name: './simple-examples/data/ptb.char.test.txt', content: 'a n o t h e r' },
      { name: './simple-examples/data/ptb.test.txt', content: rows.map((row) => `${row}\n`).join('') },
    ]);
    const folder = await makeTemporaryFolder();
    try {
      for (const [name, content] of [
        ['0000.parquet', new Uint8Array(parquet)],
        ['simple-examples.tgz', gzipSync(archive)],
      ] as const) {
        const file = path.join(folder, name);
        writeFileSync(file, content);
        expect(await dataset.read([file])).toEqual(rows);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('by default windows overlap by half a context, and the line end is a word', () => {
  const task = create();
  expect(task.windows).toEqual({ scheme: 'stride', stride: 512 });
  const [first, second] = task.metrics([
    {
      index: 0,
      input: '0000000000000000',
      contextTokens: 1,
      scoredTokens: 12,
      truncatedTokens: 0,
      text: 0,
      nats: 33,
      units: { words: 10, lines: 1, bytes: 60, characters: 60 },
    },
  ]);
  expect(first).toMatchObject({ id: 'perplexity', n: 11 });
  expect(first!.value).toBeCloseTo(Math.exp(3), 10);
  expect(second).toMatchObject({ id: 'perplexity_without_line_ends', n: 10 });
});
