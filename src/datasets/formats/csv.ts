import { CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../../errors.js';
import { checkCellCount, checkColumns, type TableLine } from './table.js';
import { readText } from './text.js';
import { type MemberOption, shownName } from './unpack.js';

/** Reads the wanted columns of a comma-separated file (RFC 4180), unpacked. Throws DataError naming the line. */
export async function readCsv<Column extends string>(
  file: string,
  columns: readonly Column[],
  options: MemberOption = {},
): Promise<TableLine<Column>[]> {
  return parseCsv(await readText(file, options), shownName(file, options.member), columns, {
    delimiter: ',',
  });
}

/** The names in the first line of a text with quoted cells. */
export function csvColumns(text: string, file: string, delimiter: string): readonly string[] {
  return parseRecords(text.split(/\r?\n/, 1)[0]!, file, delimiter)[0]?.record ?? [];
}

/** A record as csv-parse gives it. */
interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

/**
 * The wanted columns of a text with quoted cells, which may hold delimiters and line ends. The place of a record is the
 * line on which it ends.
 */
export function parseCsv<Column extends string>(
  text: string,
  file: string,
  columns: readonly Column[],
  options: { delimiter: string; header?: boolean; extraColumns?: boolean },
): TableLine<Column>[] {
  const records = parseRecords(text, file, options.delimiter);
  let names: readonly string[] = columns;
  if (options.header !== false) {
    names = records.shift()?.record ?? [];
    checkColumns(names, columns, {
      file,
      at: 'line 1',
      separator: options.delimiter === ',' ? 'commas' : 'tabs',
    });
  }
  const places = columns.map((column) => names.indexOf(column));
  // csv-parse takes CRLF inside a cell for two line ends.
  let surplus = 0;
  return records.map(({ record, info }) => {
    for (const cell of record) surplus += cell.split('\r\n').length - 1;
    const at = `line ${info.lines - surplus}`;
    checkCellCount(record.length, names.length, options, { file, at });
    const entries = columns.map((column, index) => [column, record[places[index]!]!]);
    return { at, cells: Object.fromEntries(entries) as Record<Column, string> };
  });
}

function parseRecords(text: string, file: string, delimiter: string): ParsedRecord[] {
  try {
    return parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as ParsedRecord[];
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
