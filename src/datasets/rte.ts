/**
 * RTE (Dagan et al. 2006 and the rounds after it) as GLUE joined it: does the hypothesis follow from the premise? The
 * labels of GLUE's test split are not public, so the training and the development split are all there is to measure on.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { readParquetRows } from './formats/parquet.js';
import { readTsv, type TableLine } from './formats/tsv.js';

/** The classes in the order of GLUE's label numbers: label 0 is entailment. */
export const rteClasses = ['entailment', 'not_entailment'] as const;

/** A pair of sentences. */
export interface RteRow {
  premise: string;
  hypothesis: string;
  /** Index into `rteClasses`. */
  label: number;
}

const columns = ['sentence1', 'sentence2', 'label'] as const;

async function readPairs([file]: readonly string[]): Promise<RteRow[]> {
  const lines = file!.toLowerCase().endsWith('.parquet')
    ? await readParquetRows(file!, columns)
    : await readTsv(file!, columns);
  return lines.map((line) => readPair(line, file!));
}

function readPair({ at, cells }: TableLine<(typeof columns)[number]>, file: string): RteRow {
  for (const column of ['sentence1', 'sentence2'] as const) {
    if (cells[column].trim() === '') {
      throw new DataError({ file, at, problem: `${column} is empty.`, expected: 'a sentence' });
    }
  }
  return { premise: cells.sentence1, hypothesis: cells.sentence2, label: readLabel(cells.label, file, at) };
}

/** Labels are numbers on the hub and in most copies, names in the archive that GLUE itself offers. */
function readLabel(text: string, file: string, at: string): number {
  const label = rteClasses.findIndex((name, number) => text === name || text === String(number));
  if (label >= 0) return label;
  throw new DataError({
    file,
    at,
    problem: 'the label is none of the classes.',
    expected: rteClasses.map((name, number) => `${number} (${name})`).join(' or '),
    found: JSON.stringify(text),
    // The hub marks the hidden labels of the test split like this.
    hint: text === '-1' ? 'The labels of the test split are not public; use train and dev.' : undefined,
  });
}

const shared = {
  folder: 'glue/RTE',
  source: 'https://gluebenchmark.com/tasks',
  licence: 'not stated; for research (GLUE)',
  read: readPairs,
} as const;

/** The pairs that a model is trained on. */
export const rteTrain: Dataset<RteRow> = {
  ...shared,
  name: 'RTE train (GLUE)',
  files: ['train.tsv', 'train-00000-of-00001.parquet'],
  hub: { repo: 'nyu-mll/glue', path: 'rte/train-00000-of-00001.parquet' },
  sample: 'rte-train.tsv',
  publishedRows: 2490,
};

/** The pairs that it is measured on. */
export const rteDev: Dataset<RteRow> = {
  ...shared,
  name: 'RTE dev (GLUE)',
  files: ['dev.tsv', 'validation-00000-of-00001.parquet'],
  hub: { repo: 'nyu-mll/glue', path: 'rte/validation-00000-of-00001.parquet' },
  sample: 'rte-dev.tsv',
  publishedRows: 277,
};
