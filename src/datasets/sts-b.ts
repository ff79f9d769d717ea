/** STS Benchmark (Cer et al. 2017): how similar in meaning are two sentences, from 0 (not at all) to 5 (the same)? */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { text } from './formats/fields.js';
import { readRows } from './formats/rows.js';
import { glueDataset } from './glue.js';
import { HIDDEN_LABELS_HINT, labelField } from './hidden-labels.js';
import { checkText } from './labelled-texts.js';

/** Two sentences and the mean of what people said of them. */
export interface StsBRow {
  sentence1: string;
  sentence2: string;
  /** 0 to 5. */
  score: number;
}

const fields = {
  sentence1: text('sentence1'),
  sentence2: text('sentence2'),
  score: labelField('score', 'label'),
};

/** The columns of the benchmark's own files, which do not name them. */
const columns = ['genre', 'file', 'year', 'id', 'score', 'sentence1', 'sentence2'];

async function readPairs(file: string, split: 'train' | 'dev' | 'test'): Promise<StsBRow[]> {
  // Some pairs have their source and its licence behind them.
  const extraColumns = /sts-(train|dev|test)\.(tsv|csv)$|\.tar\.gz$|\.tgz$/.test(file);
  const hubSplit = split === 'dev' ? 'validation' : split;
  const members = [`sts-${split}.csv`, `${split}.tsv`, `${hubSplit}-00000-of-00001.parquet`];
  return (await readRows(file, fields, { columns, extraColumns, members })).map(({ place, values }) => {
    for (const key of ['sentence1', 'sentence2'] as const) checkText(values[key], key, place);
    const score = values.score === '' ? Number.NaN : Number(values.score);
    if (score >= 0 && score <= 5) return { ...values, score };
    throw new DataError({
      ...place,
      problem: 'the score is none.',
      expected: 'a number from 0 to 5',
      found: JSON.stringify(values.score),
      // The hub marks the hidden scores of GLUE's test split like this.
      hint: score === -1 ? HIDDEN_LABELS_HINT : undefined,
    });
  });
}

function stsB(split: 'train' | 'dev', publishedRows: number): Dataset<StsBRow> {
  const declared = glueDataset('STS-B', 'stsb', split);
  return {
    ...declared,
    files: [...declared.files, `sts-${split}.tsv`, `sts-${split}.csv`, 'Stsbenchmark.tar.gz'],
    licence: 'CC BY-SA 4.0 and others, by source',
    publishedRows,
    read: ([file]) => readPairs(file!, split),
  };
}

/** The pairs that a model is trained on. */
export const stsBTrain = stsB('train', 5749);

/** The pairs that it is measured on. */
export const stsBDev = stsB('dev', 1500);

/** The test pairs, whose scores are public in the benchmark itself. */
export const stsBTest: Dataset<StsBRow> = {
  name: 'STS-B test',
  folder: 'glue/STS-B',
  files: ['sts-test.tsv', 'sts-test.csv', 'Stsbenchmark.tar.gz'],
  sample: 'sts-b-dev.tsv',
  publishedRows: 1379,
  source: 'http://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark',
  licence: 'CC BY-SA 4.0 and others, by source',
  read: ([file]) => readPairs(file!, 'test'),
};
