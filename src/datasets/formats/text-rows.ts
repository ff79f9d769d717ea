/** The texts of a file of rows, so that what is written around them (braces, quotation marks, other columns) is not taken for text. */
import { text } from './fields.js';
import { findRows, type RowOptions } from './rows.js';

/** What data sets of running text call their texts, in the order in which they are looked for. */
const textKeys = ['text', 'sentence', 'page', 'content'];

/** A text and its place for messages (`line 12`). */
export interface TextRow {
  at: string;
  text: string;
}

/** Which file of an archive is meant, and the key of the texts where it is known. */
export interface TextRowOptions extends Pick<RowOptions, 'members'> {
  key?: string;
}

/**
 * The texts under `key`, by default under the first of `text`, `sentence`, `page` and `content` that a row has. undefined where the file
 * is running text. Throws DataError when it is of rows without such texts, and for a list of byte numbers.
 */
export async function readTextRows(
  file: string,
  { members, key }: TextRowOptions = {},
): Promise<TextRow[] | undefined> {
  const names = key === undefined ? textKeys : [key];
  const rows = await findRows(file, { text: text(...names) }, { members });
  return rows?.map(({ place, values }) => ({ at: place.at, text: values.text }));
}
