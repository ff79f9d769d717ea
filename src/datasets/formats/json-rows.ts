/** Rows in JSON: an object on each line, a list of objects, the list under `data` of one object, or one object alone. */
import { DataError } from '../../errors.js';
import { isJsonObject, parseJson } from '../../files/json-file.js';
import { withLineFeeds } from './line-ends.js';
import { streamLines } from './lines.js';
import type { RawRow } from './raw-row.js';
import { readText } from './text.js';
import { isArchive, type MemberOption, shownName } from './unpack.js';

/**
 * The rows of a file, unpacked. A file whose name promises a row on each line is read line by line. Throws DataError, naming the line
 * or the element, for what is not JSON or no object.
 */
export async function* streamJsonRows(file: string, options: MemberOption = {}): AsyncGenerator<RawRow> {
  const name = shownName(file, options.member);
  const isLines = /\.(jsonl|ndjson)(\.gz)?$/i.test(isArchive(file) ? (options.member ?? '') : file);
  let isFirst = true;
  for await (const { number, text } of isLines ? streamLines(file, options) : []) {
    // A list, or an object over several lines, in spite of the name.
    if (isFirst && /^\s*(?:\[|\{$)/.test(text)) break;
    isFirst = false;
    yield rowOf(parseJson(text, name, 'the line', `line ${number}`), name, `line ${number}`);
  }
  if (isFirst) yield* wholeRows(await readText(file, options), name);
}

function* wholeRows(text: string, file: string): Generator<RawRow> {
  if (text.trim() === '') return;
  let whole: unknown;
  try {
    whole = parseJson(text, file);
  } catch (cause) {
    const lines = withLineFeeds(text).split('\n');
    const first = lines.find((line) => line.trim() !== '') ?? '';
    if (!/^\s*\{.*\}\s*$/s.test(first)) throw cause;
    for (const [index, line] of lines.entries()) {
      const at = `line ${index + 1}`;
      if (line.trim() !== '') yield rowOf(parseJson(line, file, 'the line', at), file, at);
    }
    return;
  }
  const data = isJsonObject(whole) ? whole.data : whole;
  if (!Array.isArray(data)) return yield rowOf(whole, file, 'line 1');
  for (const [index, element] of data.entries()) yield rowOf(element, file, `element ${index + 1}`);
}

function rowOf(value: unknown, file: string, at: string): RawRow {
  if (isJsonObject(value)) return { at, values: value };
  throw new DataError({
    file,
    at,
    problem: 'not an object.',
    expected: '{"…": …}',
    found: JSON.stringify(value).slice(0, 60),
  });
}

/** A row in JSON by itself, such as a file in an archive. Throws as `streamJsonRows` does. */
export const parseJsonRow = (text: string, file: string): RawRow =>
  rowOf(parseJson(text, file), file, 'line 1');
