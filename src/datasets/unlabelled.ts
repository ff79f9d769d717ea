/** Test files whose labels only the benchmark's server knows: texts, and what each example is called. */
import { readCsv } from './formats/csv.js';
import { readParquetRows } from './formats/parquet.js';
import { readTsv } from './formats/tsv.js';

/** A text column: its name, or its names in GLUE's file and in the hub's. */
export type TextColumn = string | readonly [glue: string, hub: string];

/** An example without its label. */
export interface UnlabelledTexts<Field extends string> {
  /** The number, or the name, that the server knows it by. */
  id: string;
  row: Record<Field, string>;
}

/**
 * Reads GLUE's `test.tsv` of a task, or the hub's Parquet file. A column of labels is not looked at: it holds -1 on the hub, and
 * is absent in GLUE's files. `id` is the column of numbers in GLUE's file. Throws DataError naming file and line.
 */
export async function readGlueTest<Field extends string>(
  file: string,
  columns: Readonly<Record<Field, TextColumn>>,
  id: string,
): Promise<UnlabelledTexts<Field>[]> {
  const fromHub = /\.parquet$/i.test(file);
  const fields = Object.keys(columns) as Field[];
  const columnOf = (field: Field) => {
    const names: TextColumn = columns[field];
    return typeof names === 'string' ? names : names[fromHub ? 1 : 0];
  };
  const idColumn = fromHub ? 'idx' : id;
  const wanted = [idColumn, ...fields.map(columnOf)];
  const lines = fromHub ? await readParquetRows(file, wanted) : await readTsv(file, wanted);
  return lines.map(({ cells }) => ({
    id: cells[idColumn]!,
    row: Object.fromEntries(fields.map((field) => [field, cells[columnOf(field)]!])) as Record<Field, string>,
  }));
}

/** A story with two endings, the right one unknown. */
export interface UnlabelledStory {
  id: string;
  row: { story: string; endings: [string, string] };
}

/** Reads a test file of Story Cloze, with or without its column of answers. Throws DataError naming file and line. */
export async function readStoryClozeTest(file: string): Promise<UnlabelledStory[]> {
  const sentences = ['InputSentence1', 'InputSentence2', 'InputSentence3', 'InputSentence4'] as const;
  const endings = ['RandomFifthSentenceQuiz1', 'RandomFifthSentenceQuiz2'] as const;
  const lines = await readCsv(file, ['InputStoryid', ...sentences, ...endings] as const);
  return lines.map(({ cells }) => ({
    id: cells.InputStoryid,
    row: {
      story: sentences.map((column) => cells[column]).join(' '),
      endings: [cells[endings[0]], cells[endings[1]]],
    },
  }));
}
