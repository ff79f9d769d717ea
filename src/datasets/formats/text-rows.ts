/** The texts of a file of rows, so that what is written around them (braces, quotation marks, other columns) is not taken for text. */
import { DataError } from '../../errors.js';
import { isJsonObject, parseJson } from '../../files/json-file.js';
import { csvColumns, parseCsv } from './csv.js';
import { textField } from './fields.js';
import { readParquetColumns, readParquetRows } from './parquet.js';
import { type Structure, structureNames, structureOf } from './structure.js';
import { readText } from './text.js';
import { readTsv } from './tsv.js';
import { type MemberOption, shownName } from './unpack.js';

/** What data sets of running text call their texts, in the order in which they are looked for. */
const textKeys = ['text', 'sentence', 'page', 'content'];

/** A text and its place for messages (`line 12`). */
export interface TextRow {
  at: string;
  text: string;
}

/** Which file of an archive is meant, and the key of the texts where it is known. */
export interface TextRowOptions extends MemberOption {
  key?: string;
}

/**
 * The texts under `key`, by default under the first of `text`, `sentence`, `page` and `content` that the file has: of JSON lines, a list in
 * JSON, a table with commas or tabs whose first line names the columns, or Parquet. undefined where the file is running text. Throws
 * DataError when it is of such a kind but has no such texts, and for a list of byte numbers.
 */
export async function readTextRows(
  file: string,
  { member, key }: TextRowOptions = {},
): Promise<TextRow[] | undefined> {
  const structure = await structureOf(file, { member });
  if (structure === undefined) return undefined;
  const name = shownName(file, member);
  if (structure === 'numbers') throw notText(name, structure);
  if (structure === 'json') return jsonTexts(await readText(file, { member }), name, key);
  if (structure === 'parquet') {
    const column = key ?? textKeyAmong(await readParquetColumns(file), name, structure);
    return (await readParquetRows(file, [column])).map(({ at, cells }) => ({ at, text: cells[column]! }));
  }
  const text = await readText(file, { member });
  const separator = structure === 'csv' ? ',' : '\t';
  const column = key ?? textKeyAmong(csvColumns(text, name, separator), name, structure);
  const lines =
    structure === 'csv'
      ? parseCsv(text, name, [column], { delimiter: separator })
      : await readTsv(file, [column], { member });
  return lines.map(({ at, cells }) => ({ at, text: cells[column]! }));
}

/** The refusal of a file that is not running text where only that can be read. */
export function notText(file: string, structure: Structure): DataError {
  return new DataError({
    file,
    problem: `${structureNames[structure]}, not running text.`,
    hint:
      structure === 'numbers'
        ? 'Pass the text that the bytes are.'
        : 'Write its texts to a file of their own, without keys and quotation marks, and pass that.',
  });
}

/** Texts of a list in JSON, of an object on each line, or of one object. */
function jsonTexts(text: string, file: string, wanted: string | undefined): TextRow[] {
  let key = wanted;
  return jsonValues(text, file).map(({ at, value }) => {
    if (!isJsonObject(value)) {
      throw new DataError({
        file,
        at,
        problem: 'not an object.',
        expected: '{"text": "…"}',
        found: JSON.stringify(value).slice(0, 60),
      });
    }
    key ??= textKeyAmong(Object.keys(value), file, 'json', at);
    return { at, text: textField(value, key, { file, at }) };
  });
}

function jsonValues(text: string, file: string): { at: string; value: unknown }[] {
  const trimmed = text.trim();
  const isWhole = trimmed.startsWith('[') || /^\{\s*\n/.test(trimmed);
  if (isWhole) {
    const value = parseJson(text, file);
    return [value].flat().map((one: unknown, index) => ({ at: `element ${index + 1}`, value: one }));
  }
  return text.split('\n').flatMap((line, index) => {
    const at = `line ${index + 1}`;
    return line.trim() === '' ? [] : [{ at, value: parseJson(line, file, 'the line', at) }];
  });
}

function textKeyAmong(present: readonly string[], file: string, structure: Structure, at?: string): string {
  const key = textKeys.find((name) => present.includes(name));
  if (key !== undefined) return key;
  throw new DataError({
    file,
    at,
    problem: `${structureNames[structure]} without texts.`,
    expected: `${textKeys.slice(0, -1).join(', ')} or ${textKeys.at(-1)}`,
    found: present.join(', ').slice(0, 80) || 'nothing',
    hint: 'Name the column of the texts so, or write them to a text file.',
  });
}
