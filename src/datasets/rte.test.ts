import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { rteDev, rteTrain } from './rte.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const header = 'sentence1\tsentence2\tlabel\tidx';

async function read(name: string, content: string | Uint8Array) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return (await loadDataset(rteTrain, { data: file, fetch })).rows;
}

describe('the forms in which RTE is published are read alike', () => {
  const expected = [
    { premise: 'It rained all day.', hypothesis: 'It was wet.', label: 0 },
    { premise: 'He said "no".', hypothesis: 'He agreed.', label: 1 },
  ];

  test('tab-separated with numbers, as most copies are', async () => {
    const lines = [header, 'It rained all day.\tIt was wet.\t0\t0', 'He said "no".\tHe agreed.\t1\t1'];
    expect(await read('numbers.tsv', lines.join('\n'))).toEqual(expected);
  });

  test('tab-separated with names and another order, as in GLUE’s archive', async () => {
    const lines = [
      'index\tsentence1\tsentence2\tlabel',
      '0\tIt rained all day.\tIt was wet.\tentailment',
      '1\tHe said "no".\tHe agreed.\tnot_entailment',
    ];
    expect(await read('names.tsv', `${lines.join('\r\n')}\r\n`)).toEqual(expected);
  });

  test('written by a CSV library, which doubles quotation marks', async () => {
    const lines = [header, 'It rained all day.\tIt was wet.\t0\t0', '"He said ""no""."\tHe agreed.\t1\t1'];
    expect(await read('quoted.tsv', lines.join('\n'))).toEqual(expected);
  });

  test('Parquet, as on the hub', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'sentence1', data: expected.map(({ premise }) => premise), type: 'STRING' },
        { name: 'sentence2', data: expected.map(({ hypothesis }) => hypothesis), type: 'STRING' },
        { name: 'label', data: [0n, 1n], type: 'INT64' },
        { name: 'idx', data: [0, 1], type: 'INT32' },
      ],
    });
    expect(await read('hub.parquet', new Uint8Array(bytes))).toEqual(expected);
  });

  test('quotation marks that are part of a sentence stay', async () => {
    const rows = await read('literal.tsv', `${header}\n"Stop!" she cried. "Now!"\t"Stop!"\t0\t0\n`);
    expect(rows[0]).toMatchObject({ premise: '"Stop!" she cried. "Now!"', hypothesis: '"Stop!"' });
  });
});

describe('a damaged file is refused with its name and line', () => {
  test.each([
    ['no header', 'a\tb\t0\t0\n', /line 1: the column sentence1 is missing/],
    ['an empty file', '', /line 1: .*found an empty file/],
    ['a missing column', 'sentence1\tlabel\n', /line 1: the column sentence2 is missing/],
    [
      'too few columns',
      `${header}\na\tb\t0\t0\n\nc\td\t1\n`,
      /line 4: the line has a wrong number.*4, found 3/,
    ],
    ['a tab in a sentence', `${header}\na\tb\tc\t0\t0\n`, /line 2: .*Expected 4, found 5/],
    ['a label of three classes', `${header}\na\tb\t2\t0\n`, /line 2: the label is none.*found "2"/],
    [
      'a label of another data set',
      `${header}\na\tb\tneutral\t0\n`,
      /0 \(entailment\) or 1 \(not_entailment\), found "neutral"/,
    ],
    ['an empty premise', `${header}\na\tb\t0\t0\n \tb\t0\t1\n`, /line 3: sentence1 is empty/],
    ['an empty hypothesis', `${header}\na\t\t0\t0\n`, /line 2: sentence2 is empty/],
    ['nothing but a header', `${header}\n`, /the file holds no examples/],
  ])('%s', async (what, content, message) => {
    const name = `${what.replaceAll(' ', '-')}.tsv`;
    await expect(read(name, content)).rejects.toThrow(message);
    await expect(read(name, content)).rejects.toThrow(name);
  });

  test('a test split, whose labels are hidden, is told from a wrong label', async () => {
    await expect(read('hidden.tsv', `${header}\na\tb\t-1\t0\n`)).rejects.toMatchObject({
      hint: expect.stringContaining('not public'),
    });
  });

  test('a label of another type in Parquet', async () => {
    const column = (name: string) => ({ name, data: ['text'], type: 'STRING' as const });
    const bytes = parquetWriteBuffer({
      columnData: [
        column('sentence1'),
        column('sentence2'),
        { name: 'label', data: [0.5], type: 'DOUBLE' as const },
      ],
    });
    await expect(read('real.parquet', new Uint8Array(bytes))).rejects.toThrow(
      /row 1: the label is none of the classes.*found "0\.5"/,
    );
  });
});

test('the samples are balanced, and no sentence of the one for training is in the other', async () => {
  const read = async (dataset: typeof rteTrain) =>
    (await loadDataset(dataset, { data: 'sample', fetch })).rows;
  const [train, dev] = [await read(rteTrain), await read(rteDev)];
  expect([train.length, dev.length]).toEqual([120, 32]);
  for (const rows of [train, dev])
    expect(rows.filter(({ label }) => label === 0).length).toBe(rows.length / 2);
  const sentences = new Set(train.flatMap(({ premise, hypothesis }) => [premise, hypothesis]));
  expect(dev.filter((row) => sentences.has(row.premise) || sentences.has(row.hypothesis))).toEqual([]);
});

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  test('have 2,490 and 277 pairs, 1,249 and 146 of them entailed', async () => {
    const entailed = async (dataset: typeof rteTrain) => {
      const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
      return [rows.length, rows.filter(({ label }) => label === 0).length];
    };
    expect(await entailed(rteTrain)).toEqual([2490, 1249]);
    expect(await entailed(rteDev)).toEqual([277, 146]);
  });

  test('have no doubled quotation marks left', async () => {
    const { rows } = await loadDataset(rteTrain, { dataDir: dataFolder, fetch });
    expect(rows.filter(({ premise, hypothesis }) => `${premise} ${hypothesis}`.includes('""'))).toEqual([]);
    expect(rows.filter(({ premise }) => premise.includes('"')).length).toBeGreaterThan(100);
  });
});
