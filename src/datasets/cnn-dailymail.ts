/**
 * CNN/DailyMail (Hermann et al. 2015; See et al. 2017), version 3.0.0 with the names left in: news articles and the bullet
 * points that their editors wrote above them. Test split.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { readCsv } from './formats/csv.js';
import { readParquetRows } from './formats/parquet.js';
import type { TableLine } from './formats/tsv.js';

/** An article and its summary. */
export interface CnnDailymailRow {
  /** The published hash of the article's address. */
  id: string;
  article: string;
  /** The bullet points, one sentence each; at least one. */
  highlights: string[];
}

const columns = ['article', 'highlights', 'id'] as const;

async function readArticles(file: string): Promise<CnnDailymailRow[]> {
  const isParquet = path.basename(file).toLowerCase().endsWith('.parquet');
  const lines = isParquet ? await readParquetRows(file, columns) : await readCsv(file, columns);
  return lines.map((line) => readArticle(line, file));
}

function readArticle({ at, cells }: TableLine<(typeof columns)[number]>, file: string): CnnDailymailRow {
  const row = {
    id: cells.id.trim(),
    article: cells.article.trim(),
    highlights: cells.highlights
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
  for (const column of columns) {
    if (row[column].length > 0) continue;
    throw new DataError({ file, at, problem: `${column} is empty.`, expected: 'text' });
  }
  return row;
}

/**
 * The articles in the order of the sha256 of their ids: a shuffle that is the same on every machine and needs no seed, and
 * in which the articles of a part of the file keep the order that they have in the whole.
 */
export function shuffleArticles(rows: readonly CnnDailymailRow[]): CnnDailymailRow[] {
  const keyed = rows.map((row) => ({ row, key: createHash('sha256').update(row.id).digest('hex') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

/** The test split in the order of the file: all of CNN first. */
export const cnnDailymail: Dataset<CnnDailymailRow> = {
  name: 'CNN/DailyMail test, 3.0.0',
  folder: 'cnn-dailymail',
  files: ['test.csv', 'cnn_dailymail_test.csv', 'test-00000-of-00001.parquet'],
  hub: { repo: 'abisee/cnn_dailymail', path: '3.0.0/test-00000-of-00001.parquet' },
  sample: 'cnn-dailymail.csv',
  publishedRows: 11490,
  source: 'https://huggingface.co/datasets/abisee/cnn_dailymail',
  licence: 'Apache 2.0 (data set); the articles belong to CNN and Daily Mail',
  read: ([file]) => readArticles(file!),
};

/** The test split shuffled, so that its first articles stand for all of them. */
export const cnnDailymailShuffled: Dataset<CnnDailymailRow> = {
  ...cnnDailymail,
  name: `${cnnDailymail.name}, shuffled`,
  read: async ([file]) => shuffleArticles(await readArticles(file!)),
};
