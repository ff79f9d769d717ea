/**
 * MRPC (Dolan & Brockett 2005): do two sentences from news reports mean the same? GLUE took 408 pairs out of the training
 * file of the corpus for its development split.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { readTsv, type TableLine } from './formats/tsv.js';
import { glueDataset } from './glue.js';
import { classOf, type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes by label number. */
export const mrpcClasses = ['not_equivalent', 'equivalent'] as const;

/** Two sentences; `label` is an index into `mrpcClasses`. */
export type MrpcRow = LabelledRow<'sentence1' | 'sentence2'>;

const labels = { classes: mrpcClasses };
const corpusTexts = { sentence1: '#1 String', sentence2: '#2 String' };
const corpusTrain = 'msr_paraphrase_train.txt';

/** GLUE's list of its development pairs, by the numbers of their sentences. */
const devIds = 'mrpc_dev_ids.tsv';
/** The hub's development split as a table: tokenised, with the place of each pair in the training file. */
const devTable = 'dev_glue408.tsv';

/** A file of one split: the hub's and the tokenised copy have other columns than the corpus and GLUE's own. */
function readSplit(file: string, split: 'train' | 'dev' | 'test'): Promise<MrpcRow[]> {
  if (/\.parquet$/i.test(file) || file.endsWith(devTable)) {
    const texts = { sentence1: 'sentence1', sentence2: 'sentence2' };
    return readLabelledTexts(file, { texts, label: 'label', tsv: { quotes: 'csv' } }, labels);
  }
  const form = { texts: corpusTexts, label: 'Quality', tsv: { member: `${split}.tsv` } };
  return readLabelledTexts(file, form, labels);
}

/** The training file of the corpus, with a flag for the pairs that are GLUE's development split. */
async function readCorpus(corpus: string, list: string): Promise<{ row: MrpcRow; isDev: boolean }[]> {
  const [rows, ids] = await Promise.all([
    readLabelledTexts(corpus, { texts: corpusTexts, label: 'Quality' }, labels),
    readTsv(corpus, ['#1 ID', '#2 ID']),
  ]);
  const isDev = list.endsWith(devTable)
    ? await byPlace(rows, list)
    : byIds(
        ids.map(({ cells }) => `${cells['#1 ID']} ${cells['#2 ID']}`),
        await readTsv(list, ['#1 ID', '#2 ID'], { header: false }),
        list,
      );
  return rows.map((row, place) => ({ row, isDev: isDev.has(place) }));
}

function byIds(
  corpus: readonly string[],
  list: readonly TableLine<'#1 ID' | '#2 ID'>[],
  file: string,
): Set<number> {
  const places = new Map(corpus.map((ids, place) => [ids, place]));
  const refuseTwice = refusing(file);
  return new Set(
    list.map(({ at, cells }) => {
      const ids = `${cells['#1 ID']} ${cells['#2 ID']}`;
      refuseTwice(ids, at);
      const place = places.get(ids);
      if (place !== undefined && corpus.indexOf(ids) === place) return place;
      throw new DataError({
        file,
        at,
        problem: `the pair ${place === undefined ? 'is not' : 'is twice'} in ${corpusTrain}.`,
        expected: 'two numbers of sentences',
        found: ids,
      });
    }),
  );
}

/** Remembers names, and throws DataError for one that a list has a second time. */
function refusing(file: string): (name: string, at: string) => void {
  const seen = new Map<string, string>();
  return (name, at) => {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new DataError({ file, at, problem: `the pair ${name} stands on ${first} already.` });
    }
    seen.set(name, at);
  };
}

/** The table is believed only where label and first letters of the pair are those of the corpus. */
async function byPlace(rows: readonly MrpcRow[], list: string): Promise<Set<number>> {
  const table = await readTsv(list, ['index', 'label', 'sentence1', 'sentence2'], { quotes: 'csv' });
  const refuseTwice = refusing(list);
  return new Set(
    table.map(({ at, cells }) => {
      refuseTwice(cells.index, at);
      const place = Number(cells.index);
      const row = rows[place];
      const label = classOf(cells.label, labels, { file: list, at });
      if (row !== undefined && row.label === label && letters(row.sentence1) === letters(cells.sentence1)) {
        return place;
      }
      throw new DataError({
        file: list,
        at,
        problem: `the pair is another one than number ${cells.index} of ${corpusTrain}.`,
        expected:
          row === undefined ? `a number below ${rows.length}` : JSON.stringify(row.sentence1.slice(0, 60)),
        found: JSON.stringify(cells.sentence1.slice(0, 60)),
      });
    }),
  );
}

/** What tokenising leaves alone. */
const letters = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 40);

const shared = { licence: 'MSR-LA; for research' } as const;

/** The pairs that a model is trained on: those of the corpus without `mrpcDev`. */
export const mrpcTrain: Dataset<MrpcRow> = {
  ...glueDataset('MRPC', 'mrpc', 'train'),
  ...shared,
  files: ['train.tsv', 'train-00000-of-00001.parquet', [corpusTrain, devIds], [corpusTrain, devTable]],
  publishedRows: 3668,
  read: async ([file, list]) => {
    if (list === undefined) return readSplit(file!, 'train');
    return (await readCorpus(file!, list)).filter(({ isDev }) => !isDev).map(({ row }) => row);
  },
};

/** The pairs that it is measured on; from the corpus where it is there, so that they are written as those of `mrpcTrain`. */
export const mrpcDev: Dataset<MrpcRow> = {
  ...glueDataset('MRPC', 'mrpc', 'dev'),
  ...shared,
  files: [
    'dev.tsv',
    'validation-00000-of-00001.parquet',
    [devIds, corpusTrain],
    [devTable, corpusTrain],
    devTable,
  ],
  publishedRows: 408,
  read: async ([file, corpus]) => {
    if (corpus === undefined) return readSplit(file!, 'dev');
    return (await readCorpus(corpus, file!)).filter(({ isDev }) => isDev).map(({ row }) => row);
  },
};

/** The test pairs, whose labels are public in the corpus. */
export const mrpcTest: Dataset<MrpcRow> = {
  ...glueDataset('MRPC', 'mrpc', 'dev'),
  ...shared,
  name: 'MRPC test',
  files: ['msr_paraphrase_test.txt', 'test-00000-of-00001.parquet'],
  hub: { repo: 'nyu-mll/glue', path: 'mrpc/test-00000-of-00001.parquet' },
  publishedRows: 1725,
  read: ([file]) => readSplit(file!, 'test'),
};
