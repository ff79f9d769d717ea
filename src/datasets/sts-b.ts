/** STS Benchmark (Cer et al. 2017): how similar in meaning are two sentences, from 0 (not at all) to 5 (the same)? */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { readParquetValues } from './formats/parquet.js';
import { readTsv } from './formats/tsv.js';
import { isArchive } from './formats/unpack.js';
import { glueDataset } from './glue.js';
import { checkLabelColumn, HIDDEN_LABELS_HINT } from './hidden-labels.js';
import { checkText } from './labelled-texts.js';

/** Two sentences and the mean of what people said of them. */
export interface StsBRow {
  sentence1: string;
  sentence2: string;
  /** 0 to 5. */
  score: number;
}

const wanted = ['sentence1', 'sentence2', 'score'] as const;
type Cells = Record<(typeof wanted)[number], string>;

async function readPairs(file: string, split: 'train' | 'dev' | 'test'): Promise<StsBRow[]> {
  return (await readCells(file, split)).map(({ at, cells }) => {
    for (const column of ['sentence1', 'sentence2'] as const) checkText(cells[column], column, { file, at });
    const score = cells.score.trim() === '' ? Number.NaN : Number(cells.score);
    if (score >= 0 && score <= 5) return { ...cells, score };
    throw new DataError({
      file,
      at,
      problem: 'the score is none.',
      expected: 'a number from 0 to 5',
      found: JSON.stringify(cells.score),
      // The hub marks the hidden scores of GLUE's test split like this.
      hint: score === -1 ? HIDDEN_LABELS_HINT : undefined,
    });
  });
}

async function readCells(
  file: string,
  split: 'train' | 'dev' | 'test',
): Promise<{ at: string; cells: Cells }[]> {
  if (/\.parquet$/i.test(file)) {
    return (await readParquetValues(file, ['sentence1', 'sentence2', 'label'])).map(({ at, values }) => ({
      at,
      cells: {
        sentence1: String(values.sentence1 ?? ''),
        sentence2: String(values.sentence2 ?? ''),
        score: String(values.label ?? ''),
      },
    }));
  }
  if (/sts-(train|dev|test)\.(tsv|csv)$/.test(file) || /\.tar\.gz$|\.tgz$/.test(file)) {
    const columns = ['genre', 'file', 'year', 'id', 'score', 'sentence1', 'sentence2'] as const;
    const member = isArchive(file) ? `sts-${split}.csv` : undefined;
    const lines = await readTsv(file, columns, {
      header: false,
      // Some pairs have their source and its licence behind them.
      extraColumns: true,
      // Sentences with quotation marks at both ends are quotations here.
      quotes: 'literal',
      member,
    });
    return lines.map(({ at, cells: { sentence1, sentence2, score } }) => ({
      at,
      cells: { sentence1, sentence2, score },
    }));
  }
  const member = isArchive(file) ? `${split}.tsv` : undefined;
  await checkLabelColumn(file, {
    texts: ['sentence1', 'sentence2'],
    label: 'score',
    separator: '\t',
    member,
  });
  return readTsv(file, wanted, { member });
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
