/** Test files whose labels only the benchmark's server knows: texts, and what each example is called. */
import { type Field, text, word } from './formats/fields.js';
import { readRows } from './formats/rows.js';

/** A text column: its name, or its names in GLUE's file and in the hub's. */
export type TextColumn = string | readonly string[];

/** An example without its label. */
export interface UnlabelledTexts<Name extends string> {
  /** The number, or the name, that the server knows it by. */
  id: string;
  row: Record<Name, string>;
}

/**
 * Reads the test file of a GLUE task in any form. A column of labels is not looked at: it holds -1 on the hub, and is absent in GLUE's
 * files. `id` is the column of numbers in GLUE's file, which the hub calls
 * `idx`. Throws DataError naming file and line.
 */
export async function readGlueTest<Name extends string>(
  file: string,
  texts: Readonly<Record<Name, TextColumn>>,
  id: string,
): Promise<UnlabelledTexts<Name>[]> {
  const names = Object.keys(texts) as Name[];
  const fields: Record<string, Field<string>> = Object.fromEntries(
    names.map((name) => [name, text(...[texts[name]].flat())]),
  );
  const rows = await readRows(file, { ...fields, id: word(id, 'idx') }, { members: ['test.tsv'] });
  return rows.map(({ values: { id: number, ...row } }) => ({
    id: number!,
    row: row as Record<Name, string>,
  }));
}
