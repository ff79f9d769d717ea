/** Tables with quoted cells, which may hold delimiters and line ends (RFC 4180), between commas or tabs. */
import { CsvError, type Options, parse } from 'csv-parse/sync';
import { DataError } from '../../errors.js';
import { withLineFeeds } from './line-ends.js';
import type { RawRow } from './raw-row.js';
import { checkCellCount, type TableLayout } from './table-layout.js';

/** A record as csv-parse gives it. */
interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

/** The cells of one line; undefined where it is not a whole record. */
export function parseRecord(line: string, delimiter: string): string[] | undefined {
  try {
    return parse(line, { delimiter, relax_column_count: true })[0] ?? [];
  } catch {
    return undefined;
  }
}

/** The rows of a text. The place of a row is the line on which it ends. Throws DataError naming the line. */
export function parseCsv(
  text: string,
  file: string,
  { delimiter, names, hasHeader, isWanted, ...options }: TableLayout & { delimiter: string },
): RawRow[] {
  const records = parseRecords(withLineFeeds(text), file, delimiter);
  if (hasHeader) records.shift();
  const places = [...names.keys()].filter((place) => isWanted(names[place]!));
  // csv-parse takes CRLF inside a cell for two line ends.
  let surplus = 0;
  return records.flatMap(({ record, info }) => {
    for (const cell of record) surplus += cell.split('\r\n').length - 1;
    const at = `line ${info.lines - surplus}`;
    // A line of spaces; with one column it may be a row.
    if (record.length === 1 && names.length > 1 && record[0]!.trim() === '') return [];
    checkCellCount(record.length, names.length, options, { file, at });
    return [{ at, values: Object.fromEntries(places.map((place) => [names[place]!, record[place]!])) }];
  });
}

function parseRecords(text: string, file: string, delimiter: string): ParsedRecord[] {
  const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true };
  const read = (more: Options) => parse(text, { ...options, ...more }) as unknown as ParsedRecord[];
  try {
    try {
      return read({});
    } catch (cause) {
      // Behind a closing quotation mark there may be spaces, where something has put them at the ends of lines.
      if (!(cause instanceof CsvError) || cause.code !== 'CSV_INVALID_CLOSING_QUOTE') throw cause;
      return read({ rtrim: true });
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = (cause as { lines?: number }).lines;
    throw new DataError(
      {
        file,
        at: line === undefined ? undefined : `line ${line}`,
        problem: `not a table with quoted cells: ${cause.message}.`,
      },
      { cause },
    );
  }
}
