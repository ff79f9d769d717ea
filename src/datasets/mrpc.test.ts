import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { mrpcDev, mrpcTest, mrpcTrain } from './mrpc.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let temporary: string;
let folder: string;
beforeAll(async () => {
  temporary = await makeTemporaryFolder();
});
beforeEach(async () => {
  folder = path.join(temporary, String(Math.random()));
  await mkdir(folder);
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFile(path.join(folder, name), content);
const header = '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n';
const corpus = `${header}1\t11\t12\t"Yes," Ann's aunt said.\tAnn's aunt agreed.\r\n0\t21\t22\tIt rained.\tIt snowed.\r\n`;
const load = async (dataset: typeof mrpcTrain, name: string) =>
  (await loadDataset(dataset, { data: path.join(folder, name), fetch })).rows;

const first = { sentence1: '"Yes," Ann\'s aunt said.', sentence2: "Ann's aunt agreed.", label: 1 };
const second = { sentence1: 'It rained.', sentence2: 'It snowed.', label: 0 };

describe.each([
  ['mrpc_dev_ids.tsv', '21\t22\n'],
  ['dev_glue408.tsv', 'index\tlabel\tsentence1\tsentence2\n1\t0\tit rained .\tit snowed .\n'],
])('the corpus with %s', (name, list) => {
  test('is split as GLUE does', async () => {
    await write('msr_paraphrase_train.txt', corpus);
    await write(name, list);
    expect(await load(mrpcTrain, 'msr_paraphrase_train.txt')).toEqual([first]);
    expect(await load(mrpcDev, 'msr_paraphrase_train.txt')).toEqual([second]);
  });

  test('alone is not trained on: it has the development pairs in it', async () => {
    await write('msr_paraphrase_train.txt', corpus);
    await expect(load(mrpcTrain, 'msr_paraphrase_train.txt')).rejects.toThrow(
      /MRPC train \(GLUE\) needs several files, and mrpc_dev_ids\.tsv is not in .* beside msr_paraphrase_train\.txt/,
    );
  });
});

test('a list that belongs to another corpus is refused', async () => {
  await write('msr_paraphrase_train.txt', corpus);
  await write('mrpc_dev_ids.tsv', '21\t22\n21\t12\n');
  await expect(load(mrpcTrain, 'msr_paraphrase_train.txt')).rejects.toThrow(
    /mrpc_dev_ids\.tsv: line 2: the pair is not in msr_paraphrase_train\.txt.*found 21 12/,
  );
  await rm(path.join(folder, 'mrpc_dev_ids.tsv'));
  const table = 'index\tlabel\tsentence1\tsentence2\n0\t0\tit rained .\tit snowed .\n';
  await write('dev_glue408.tsv', table);
  await expect(load(mrpcTrain, 'msr_paraphrase_train.txt')).rejects.toThrow(
    /dev_glue408\.tsv: line 2: the pair is another one than number 0 of msr_paraphrase_train\.txt/,
  );
});

test('a pair that a list has twice is refused, and so is one that the corpus has twice', async () => {
  await write('msr_paraphrase_train.txt', corpus);
  await write('mrpc_dev_ids.tsv', '21\t22\n21\t22\n');
  await expect(load(mrpcDev, 'msr_paraphrase_train.txt')).rejects.toThrow(
    /mrpc_dev_ids\.tsv: line 2: the pair 21 22 stands on line 1 already/,
  );
  await write('mrpc_dev_ids.tsv', '21\t22\n');
  await write('msr_paraphrase_train.txt', `${corpus}0\t21\t22\tIt rained.\tIt snowed.\r\n`);
  await expect(load(mrpcDev, 'msr_paraphrase_train.txt')).rejects.toThrow(
    /mrpc_dev_ids\.tsv: line 1: the pair is twice in msr_paraphrase_train\.txt/,
  );
  await rm(path.join(folder, 'mrpc_dev_ids.tsv'));
  const line = '1\t0\tit rained .\tit snowed .\n';
  await write('msr_paraphrase_train.txt', corpus);
  await write('dev_glue408.tsv', `index\tlabel\tsentence1\tsentence2\n${line}${line}`);
  await expect(load(mrpcDev, 'msr_paraphrase_train.txt')).rejects.toThrow(
    /dev_glue408\.tsv: line 3: the pair 1 stands on line 2 already/,
  );
});

test.each([
  ['2\t31\t32\tA.\tB.\r\n', /line 4: the label is none of the classes.*found "2"/],
  ['-1\t31\t32\tA.\tB.\r\n', /line 4: the label is none of the classes.*found "-1"/],
  ['1\t31\t32\tA.\r\n', /line 4: the line has a wrong number of columns\. Expected 5, found 4/],
  ['1\t31\t32\tA.\t\r\n', /line 4: #2 String is empty/],
])('a bad line of the corpus, %j, is refused in both of its parts', async (line, message) => {
  await write('msr_paraphrase_train.txt', `${corpus}${line}`);
  await write('mrpc_dev_ids.tsv', '21\t22\n');
  for (const dataset of [mrpcTrain, mrpcDev]) {
    await expect(load(dataset, 'msr_paraphrase_train.txt')).rejects.toThrow(message);
    await expect(load(dataset, 'msr_paraphrase_train.txt')).rejects.toThrow(/msr_paraphrase_train\.txt/);
  }
});

test('GLUE’s own files are read without the corpus', async () => {
  await write('train.tsv', corpus);
  expect(await load(mrpcTrain, 'train.tsv')).toEqual([first, second]);
});

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  test('give GLUE’s 3,668 and 408 pairs and 1,725 to test on', async () => {
    const counts = async (dataset: typeof mrpcTrain) => {
      const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
      return [0, 1].map((label) => rows.filter((row) => row.label === label).length);
    };
    expect(await counts(mrpcTrain)).toEqual([1194, 2474]);
    expect(await counts(mrpcDev)).toEqual([129, 279]);
    expect(await counts(mrpcTest)).toEqual([578, 1147]);
  });

  test('keep the quotation marks of the corpus and share no pair', async () => {
    const { rows: train, ...trainIdentity } = await loadDataset(mrpcTrain, { dataDir: dataFolder, fetch });
    const { rows: dev, ...devIdentity } = await loadDataset(mrpcDev, { dataDir: dataFolder, fetch });
    expect(train[0]!.sentence1).toBe(
      'Amrozi accused his brother, whom he called "the witness", of deliberately distorting his evidence.',
    );
    expect(dev[0]!.sentence1).toBe(
      "He said the foodservice pie business doesn't fit the company's long-term growth strategy.",
    );
    const pairs = new Set(train.map(({ sentence1, sentence2 }) => `${sentence1}\t${sentence2}`));
    expect(dev.filter(({ sentence1, sentence2 }) => pairs.has(`${sentence1}\t${sentence2}`))).toEqual([]);
    expect(trainIdentity.sha256).not.toBe(devIdentity.sha256);
  });
});
