/** Test splits whose labels are not public: told from damaged files, and what can be done with them. */
import { DataError } from '../errors.js';
import { streamLines } from './formats/lines.js';
import { isArchive, shownName } from './formats/unpack.js';

/** What to do with a file that has no labels. */
export const HIDDEN_LABELS_HINT =
  'The labels of this split are not public: train and measure on train and dev. Where the benchmark has a server, "gpt eval TASK --model FOLDER --data FILE --predict ANSWERS" writes what it takes.';

/** Where a table has what. */
export interface LabelColumns {
  texts: readonly string[];
  label: string;
  separator: '\t' | ',';
  /** Looked for in archives only. */
  member?: string;
}

/**
 * Throws DataError where the first line of a table names every column of texts but none of labels, as GLUE's `test.tsv` does. The
 * line is looked at even where a form has no header: a test file may have one that train and dev do not.
 */
export async function checkLabelColumn(
  file: string,
  { texts, label, separator, member }: LabelColumns,
): Promise<void> {
  const wanted = isArchive(file) ? member : undefined;
  for await (const { number, text } of streamLines(file, { member: wanted })) {
    const names = text.split(separator);
    if (names.includes(label) || !texts.every((column) => names.includes(column))) return;
    throw new DataError({
      file: shownName(file, wanted),
      at: `line ${number}`,
      problem: `the column ${label} is missing, as in test files, whose labels are not public.`,
      expected: label,
      found: names.join(', '),
      hint: HIDDEN_LABELS_HINT,
    });
  }
}
