/**
 * MRPC (Dolan & Brockett 2005): do two sentences from news reports mean the same? GLUE took 408 pairs out of the training
 * file of the corpus for its development split.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { text, word } from './formats/fields.js';
import { type Row, readRows } from './formats/rows.js';
import { glueDataset } from './glue.js';
import { classOf, type LabelledRow, readLabelledTexts } from './labelled-texts.js';

/** The classes by label number. */
export const mrpcClasses = ['not_equivalent', 'equivalent'] as const;

/** Two sentences; `label` is an index into `mrpcClasses`. */
export type MrpcRow = LabelledRow<'sentence1' | 'sentence2'>;

const labels = { classes: mrpcClasses };
const texts = { sentence1: ['#1 String', 'sentence1'], sentence2: ['#2 String', 'sentence2'] };
const corpusTrain = 'msr_paraphrase_train.txt';

/** Numbers of the sentences of a pair. */
const ids = { first: word('#1 ID'), second: word('#2 ID') };

/** GLUE's list of its development pairs, by the numbers of their sentences. */
const devIds = 'mrpc_dev_ids.tsv';
/** The hub's development split as a table: tokenised, with the place of each pair in the training file. */
const devTable = 'dev_glue408.tsv';

const readPairs = (file: string, members: readonly string[] = []) =>
  readLabelledTexts(file, { texts, label: ['Quality', 'label'], members }, labels);

/** The training file of the corpus, with a flag for the pairs that are GLUE's development split. */
async function readCorpus(corpus: string, list: string): Promise<{ row: MrpcRow; isDev: boolean }[]> {
  const [rows, numbers] = await Promise.all([readPairs(corpus), readRows(corpus, ids)]);
  const isDev = list.endsWith(devTable)
    ? await byPlace(rows, list)
    : byIds(
        numbers.map(({ values }) => `${values.first} ${values.second}`),
        await readRows(list, ids, { columns: ['#1 ID', '#2 ID'] }),
        list,
      );
  return rows.map((row, place) => ({ row, isDev: isDev.has(place) }));
}

function byIds(corpus: readonly string[], list: readonly Row<typeof ids>[], file: string): Set<number> {
  const places = new Map(corpus.map((pair, place) => [pair, place]));
  const refuseTwice = refusing(file);
  return new Set(
    list.map(({ place: where, values }) => {
      const pair = `${values.first} ${values.second}`;
      refuseTwice(pair, where.at);
      const place = places.get(pair);
      if (place !== undefined && corpus.indexOf(pair) === place) return place;
      throw new DataError({
        ...where,
        problem: `the pair ${place === undefined ? 'is not' : 'is twice'} in ${corpusTrain}.`,
        expected: 'two numbers of sentences',
        found: pair,
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
  const fields = { index: word('index', 'idx'), label: word('label'), sentence1: text('sentence1') };
  const table = await readRows(list, fields);
  const refuseTwice = refusing(list);
  return new Set(
    table.map(({ place: where, values }) => {
      refuseTwice(values.index, where.at);
      const place = Number(values.index);
      const row = rows[place];
      const label = classOf(values.label, labels, where);
      if (row !== undefined && row.label === label && letters(row.sentence1) === letters(values.sentence1)) {
        return place;
      }
      throw new DataError({
        ...where,
        problem: `the pair is another one than number ${values.index} of ${corpusTrain}.`,
        expected:
          row === undefined ? `a number below ${rows.length}` : JSON.stringify(row.sentence1.slice(0, 60)),
        found: JSON.stringify(values.sentence1.slice(0, 60)),
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
    if (list === undefined) return readPairs(file!, ['train.tsv', 'train-00000-of-00001.parquet']);
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
    if (corpus === undefined) return readPairs(file!, ['dev.tsv', 'validation-00000-of-00001.parquet']);
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
  read: ([file]) => readPairs(file!, ['msr_paraphrase_test.txt', 'test-00000-of-00001.parquet']),
};
