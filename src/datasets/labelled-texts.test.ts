import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipOf } from '../testing/archives.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { colaDev, colaTrain } from './cola.js';
import type { Dataset } from './dataset.js';
import { loadDataset } from './load.js';
import { mnliDevMatched, mnliDevMismatched, mnliTrain } from './mnli.js';
import { qnliDev } from './qnli.js';
import { qqpDev, qqpTrain } from './qqp.js';
import { scitailDev, scitailTest, scitailTrain } from './scitail.js';
import { snliDev, snliTest, snliTrain } from './snli.js';
import { sst2Dev, sst2SentencesDev, sst2SentencesTest, sst2SentencesTrain, sst2Train } from './sst2.js';
import { stsBDev, stsBTest, stsBTrain } from './sts-b.js';
import { wnliDev, wnliTrain } from './wnli.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
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

const load = async <Row>(dataset: Dataset<Row>, name: string, content: string | Uint8Array) =>
  (await loadDataset(dataset, { data: await write(name, content), fetch })).rows;

type Columns = Record<string, readonly (string | bigint | number)[]>;

function parquet(columns: Columns): Uint8Array {
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data: [...data],
    type:
      typeof data[0] === 'bigint'
        ? ('INT64' as const)
        : typeof data[0] === 'number'
          ? ('FLOAT' as const)
          : ('STRING' as const),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

type Labelled = Dataset<{ label: number }>;

/** The balanced test part of Wang et al. 2017, tokenised: another selection from the same questions than GLUE's. */
const qqpWang2017Test = { ...qqpDev, files: ['quora_wang2017_test.txt'], publishedRows: 10_000 };

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  test.each<[Labelled, number[], object]>([
    [
      colaTrain,
      [2528, 6023],
      { sentence: "Our friends won't buy this analysis, let alone the next one we propose.", label: 1 },
    ],
    [colaDev, [324, 719], { sentence: 'The sailors rode the breeze clear of the rocks.', label: 1 }],
    [sst2Train, [29780, 37569], { sentence: 'hide new secretions from the parental units ', label: 0 }],
    [sst2Dev, [428, 444], { sentence: "it 's a charming and often affecting journey . ", label: 1 }],
    [
      sst2SentencesTrain,
      [3310, 3610],
      {
        sentence:
          'a stirring , funny and finally transporting re imagining of beauty and the beast and 1930s horror films',
        label: 1,
      },
    ],
    [sst2SentencesDev, [428, 444], { sentence: 'one long string of cliches', label: 0 }],
    [sst2SentencesTest, [912, 909], { sentence: 'no movement , no yuks , not much of anything', label: 0 }],
    [
      qnliDev,
      [2702, 2761],
      {
        question: 'What came into force after the new constitution was herald?',
        sentence: 'As of that day, the new constitution heralding the Second Republic came into force.',
        label: 0,
      },
    ],
    [
      qqpWang2017Test,
      [5000, 5000],
      {
        question1: 'What should I do to avoid sleeping in class ?',
        question2: 'How do I not sleep in a boring class ?',
        label: 1,
      },
    ],
    [
      wnliTrain,
      [323, 312],
      {
        premise: 'I stuck a pin through a carrot. When I pulled the pin out, it had a hole.',
        hypothesis: 'The carrot had a hole.',
        label: 1,
      },
    ],
    [
      wnliDev,
      [40, 31],
      {
        premise: 'The drain is clogged with hair. It has to be cleaned.',
        hypothesis: 'The hair has to be cleaned.',
        label: 0,
      },
    ],
    [
      snliDev,
      [3329, 3235, 3278],
      {
        premise: 'Two women are embracing while holding to go packages.',
        hypothesis: 'The sisters are hugging goodbye while holding to go packages after just eating lunch.',
        label: 1,
      },
    ],
    [
      snliTest,
      [3368, 3219, 3237],
      {
        premise: 'This church choir sings to the masses as they sing joyous songs from the book at a church.',
        hypothesis: 'The church has cracks in the ceiling.',
        label: 1,
      },
    ],
    [
      scitailDev,
      [657, 647],
      {
        premise:
          'An introduction to atoms and elements , compounds , atomic structure and bonding , the molecule and chemical reactions',
        hypothesis: 'Replace another in a molecule happens to atoms during a substitution reaction',
        label: 1,
      },
    ],
    [
      scitailTest,
      [842, 1284],
      {
        premise:
          'Based on the list provided of the uses of substances 1-7, estimate the pH of each unknown and record the number in the data table in the estimated pH column.',
        hypothesis: 'If a substance has a ph value greater than 7,that indicates that it is base.',
        label: 1,
      },
    ],
    [
      mnliDevMatched,
      [3479, 3123, 3213],
      {
        premise: 'The new rights are nice enough',
        hypothesis: 'Everyone really likes the newest benefits ',
        label: 1,
      },
    ],
  ])('$name has the published labels', async (dataset, perClass, first) => {
    const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
    expect(perClass.map((_, label) => rows.filter((row) => row.label === label).length)).toEqual(perClass);
    expect(rows.length).toBe(dataset.publishedRows);
    expect(rows[0]).toEqual(first);
  });

  test.each([
    [stsBTrain, 5749, 2.7009990253653395],
    [stsBDev, 1500, 2.363907555555555],
    [stsBTest, 1379, 2.607916606236405],
  ])('$name has the published scores', async (dataset, count, mean) => {
    const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
    expect(rows.length).toBe(count);
    expect(rows.reduce((sum, { score }) => sum + score, 0) / count).toBeCloseTo(mean, 10);
  });

  test('of SNLI have no doubled quotation marks left', async () => {
    const { rows } = await loadDataset(snliTest, { dataDir: dataFolder, fetch });
    expect(rows[159]!.premise).toContain('that says "HI-POINTE."');
    expect(rows.filter(({ premise, hypothesis }) => `${premise}${hypothesis}`.includes('""'))).toEqual([]);
  });

  test('of CoLA’s dev come in the order of GLUE, in-domain first', async () => {
    const { rows, file } = await loadDataset(colaDev, { dataDir: dataFolder, fetch });
    expect(rows[527]!.sentence).toBe('Somebody just left - guess who.');
    expect(file).toBe('in_domain_dev.tsv + out_of_domain_dev.tsv');
  });
});

describe('the other published forms are read alike', () => {
  const pair = { premise: 'It rained.', hypothesis: 'It was "wet".' };

  test('CoLA on the hub', async () => {
    const bytes = parquet({ sentence: ['Good it is.', 'It is good.'], label: [0n, 1n], idx: [0n, 1n] });
    expect(await load(colaTrain, 'train-00000-of-00001.parquet', bytes)).toEqual([
      { sentence: 'Good it is.', label: 0 },
      { sentence: 'It is good.', label: 1 },
    ]);
  });

  test('CoLA in GLUE’s archive, where another folder has the original files', async () => {
    const bytes = zipOf([
      { name: 'CoLA/original/raw/in_domain_train.tsv', content: 'x' },
      { name: 'CoLA/train.tsv', content: 'gj04\t0\t*\tGood it is.\n' },
    ]);
    expect(await load(colaTrain, 'CoLA.zip', bytes)).toEqual([{ sentence: 'Good it is.', label: 0 }]);
  });

  test('SST-2 with GLUE’s name of the column, in its archive too', async () => {
    const content = 'sentence\tlabel\na fine film \t1\n';
    const expected = [{ sentence: 'a fine film ', label: 1 }];
    expect(await load(sst2Train, 'train.tsv', content)).toEqual(expected);
    expect(await load(sst2Train, 'SST-2.zip', zipOf([{ name: 'SST-2/train.tsv', content }]))).toEqual(
      expected,
    );
  });

  test('QQP: lines that were torn apart are left out, empty questions are not', async () => {
    const header = 'id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n';
    const content = `${header}1\t2\t3\tWhy?\tWhy so?\t1\n4\t5\t6\tHow do\nyou do?\tWhat?\t0\n7\t8\t9\tWho?\t\t0\n`;
    const expected = [
      { question1: 'Why?', question2: 'Why so?', label: 1 },
      { question1: 'Who?', question2: '', label: 0 },
    ];
    expect(await load(qqpTrain, 'qqp.tsv', content)).toEqual(expected);
    const hub = { question1: ['Why?', 'Who?'], question2: ['Why so?', ''], label: [1n, 0n] };
    expect(await load(qqpDev, 'qqp.parquet', parquet(hub))).toEqual(expected);
  });

  test('SNLI: the authors’ lines, the archive and the hub, without pairs on which nobody agreed', async () => {
    const lines = [
      { gold_label: '-', sentence1: 'a', sentence2: 'b', annotator_labels: [] },
      {
        gold_label: 'contradiction',
        sentence1: pair.premise,
        sentence2: pair.hypothesis,
        annotator_labels: ['x'],
      },
    ];
    const content = lines.map((line) => JSON.stringify(line)).join('\n');
    const expected = [{ ...pair, label: 2 }];
    expect(await load(snliTrain, 'snli_1.0_train.jsonl', content)).toEqual(expected);
    const zip = zipOf([
      { name: 'snli_1.0/snli_1.0_dev.jsonl', content: '' },
      { name: 'snli_1.0/snli_1.0_train.jsonl', content },
      { name: '__MACOSX/snli_1.0/._snli_1.0_train.jsonl', content: 'x' },
    ]);
    expect(await load(snliTrain, 'snli_1.0.zip', zip)).toEqual(expected);
    const hub = { premise: ['a', pair.premise], hypothesis: ['b', pair.hypothesis], label: [-1n, 2n] };
    expect(await load(snliTrain, 'snli.parquet', parquet(hub))).toEqual(expected);
  });

  test('MNLI: GLUE’s table, the authors’ lines and archive, and the hub', async () => {
    const expected = [{ ...pair, label: 0 }];
    const table = `index\tsentence1\tsentence2\tlabel1\tgold_label\n0\t${pair.premise}\t${pair.hypothesis}\tneutral\tentailment\n`;
    const line = JSON.stringify({
      gold_label: 'entailment',
      sentence1: pair.premise,
      sentence2: pair.hypothesis,
    });
    const original = `{"gold_label": "-", "sentence1": "a", "sentence2": "b"}\n${line}\n`;
    expect(await load(mnliDevMismatched, 'dev_mismatched.tsv', table)).toEqual(expected);
    expect(await load(mnliTrain, 'multinli_1.0_train.jsonl', original)).toEqual(expected);
    const zip = zipOf([{ name: 'multinli_1.0/multinli_1.0_train.jsonl', content: original }]);
    expect(await load(mnliTrain, 'multinli_1.0.zip', zip)).toEqual(expected);
    expect(await load(mnliTrain, 'MNLI.zip', zipOf([{ name: 'MNLI/train.tsv', content: table }]))).toEqual(
      expected,
    );
    const hub = { premise: [pair.premise], hypothesis: [pair.hypothesis], label: [0n] };
    expect(await load(mnliTrain, 'mnli.parquet', parquet(hub))).toEqual(expected);
  });

  test('SciTail: the authors’ table and archive, and the hub', async () => {
    const content = `${pair.premise}\t${pair.hypothesis}\tneutral\n`;
    const expected = [{ ...pair, label: 1 }];
    expect(await load(scitailTrain, 'scitail_1.0_train.tsv', content)).toEqual(expected);
    const zip = zipOf([
      { name: 'SciTailV1.1/tsv_format/scitail_1.0_train.tsv', content },
      { name: 'SciTailV1.1/tsv_format/scitail_1.0_dev.tsv', content: 'x' },
    ]);
    expect(await load(scitailTrain, 'SciTailV1.1.zip', zip)).toEqual(expected);
    const hub = { premise: [pair.premise], hypothesis: [pair.hypothesis], label: ['neutral'] };
    expect(await load(scitailTrain, 'scitail.parquet', parquet(hub))).toEqual(expected);
  });

  test('STS-B: GLUE’s table, the benchmark’s own with its licence columns, and the hub', async () => {
    const expected = [{ sentence1: 'A dog runs.', sentence2: '"A dog" is "running"', score: 4.25 }];
    const { sentence1, sentence2 } = expected[0]!;
    const glue = `index\tgenre\tsentence1\tsentence2\tscore\n0\tx\t${sentence1}\t${sentence2}\t4.250\n`;
    expect(await load(stsBTrain, 'train.tsv', glue)).toEqual(expected);
    const own = `main-news\tMSRpar\t2012test\t0001\t4.250\t${sentence1}\t${sentence2}\thttp://example.org\tCC BY\n`;
    expect(await load(stsBTrain, 'sts-train.csv', own)).toEqual(expected);
    const hub = { sentence1: [sentence1], sentence2: [sentence2], label: [4.25] };
    expect(await load(stsBTrain, 'stsb.parquet', parquet(hub))).toEqual(expected);
  });
});

describe('what is wrong is refused with file and line', () => {
  test.each<[Dataset<unknown>, string, string, RegExp]>([
    [
      colaDev,
      'dev.tsv',
      'gj04\t1\t\tA.\ngj04\t2\t\tB.\n',
      /dev\.tsv: line 2: the label is none of the classes.*found "2"/,
    ],
    [
      colaDev,
      'dev.tsv',
      'gj04\t1\tA.\n',
      /line 1: the line has a wrong number of columns\. Expected 4, found 3/,
    ],
    [colaDev, 'dev.tsv', 'gj04\t1\t\t \n', /line 1: sentence is empty/],
    [sst2Dev, 'dev.tsv', 'text\tlabel\na\t1\n', /line 1: the column sentence is missing/],
    [
      qnliDev,
      'dev.tsv',
      'index\tquestion\tsentence\tlabel\n0\tWhy?\tSo.\tneutral\n',
      /line 2: the label.*found "neutral"/,
    ],
    [wnliDev, 'dev.tsv', 'index\tsentence1\tsentence2\n0\tA.\tB.\n', /the column label is missing/],
    [
      snliDev,
      'snli_1.0_dev.jsonl',
      '{"sentence1": "a", "sentence2": "b"}\n',
      /line 1: the column gold_label is missing, as in test files/,
    ],
    [
      mnliDevMatched,
      'dev_matched.jsonl',
      '{"premise": "a", "hypothesis": "b", "label": 3}\n',
      /line 1: the label.*found "3"/,
    ],
    [scitailDev, 'scitail_1.0_dev.tsv', 'a\tb\tentails\t7\n', /line 1: .*Expected 3, found 4/],
    [
      stsBDev,
      'sts-dev.tsv',
      'a\tb\tc\td\t5.1\tA.\tB.\n',
      /line 1: the score is none\. Expected a number from 0 to 5, found "5\.1"/,
    ],
    [stsBDev, 'sts-dev.tsv', 'a\tb\tc\td\t\tA.\tB.\n', /line 1: the score is none/],
    [stsBDev, 'sts-dev.tsv', 'a\tb\tc\td\t1\tA.\n', /line 1: .*Expected 7, found 6/],
    [stsBDev, 'sts-dev.tsv', 'a\tb\tc\td\t1\tA.\t\n', /line 1: sentence2 is empty/],
    [qqpDev, 'dev.tsv', 'question1\tquestion2\nA?\tB?\n', /the column is_duplicate is missing/],
  ])('%o %s %j', async (dataset, name, content, message) => {
    await expect(load(dataset, `damaged/${name}`, content)).rejects.toThrow(message);
  });

  test('of two files that belong together the one is named that is wrong', async () => {
    await write('cola-dev/in_domain_dev.tsv', 'gj04\t1\t\tA.\n');
    const second = await write('cola-dev/out_of_domain_dev.tsv', 'gj04\t1\t\tA.\ngj04\tyes\t\tB.\n');
    await expect(loadDataset(colaDev, { data: second, fetch })).rejects.toThrow(
      /out_of_domain_dev\.tsv: line 2: the label is none of the classes.*found "yes"/,
    );
  });

  test('hidden labels of test splits are told from wrong ones', async () => {
    const hub = { question: ['Why?'], sentence: ['So.'], label: [-1n] };
    await expect(load(qnliDev, 'test.parquet', parquet(hub))).rejects.toMatchObject({
      message: expect.stringMatching(/test\.parquet: row 1: the label is none/),
      hint: expect.stringContaining('not public'),
    });
    const scores = { sentence1: ['A.'], sentence2: ['B.'], label: [-1.5 + 0.5] };
    await expect(load(stsBDev, 'test.parquet', parquet(scores))).rejects.toMatchObject({
      hint: expect.stringContaining('not public'),
    });
  });
});
