import { parseCsv } from './csv.js';
import { type Line, readLines } from './lines.js';
import { checkCellCount, checkColumns, type TableLine } from './table.js';
import { readText } from './text.js';
import { type MemberOption, shownName } from './unpack.js';

export type { TableLine } from './table.js';

/** How a tab-separated file is written. */
export interface TsvOptions extends MemberOption {
  /** Whether the first line names the columns (default); without one, the wanted columns are the first ones, in order. */
  header?: boolean;
  /** Lines may have more cells than there are columns. */
  extraColumns?: boolean;
  /** Lines with fewer cells than columns are left out, as every reader of such a file does. */
  dropShortLines?: boolean;
  /**
   * `literal` (default): quotation marks are part of the text, except in a cell that a CSV library wrote and that can be
   * told by its doubled ones. `csv`: a cell that begins with one is quoted, and may hold tabs and line ends.
   */
  quotes?: 'literal' | 'csv';
}

/**
 * Reads the wanted columns of a tab-separated file, unpacked. Throws DataError, naming the line, where a column is missing
 * or a line has more or fewer cells than there are columns.
 */
export async function readTsv<Column extends string>(
  file: string,
  columns: readonly Column[],
  options: TsvOptions = {},
): Promise<TableLine<Column>[]> {
  const name = shownName(file, options.member);
  if (options.quotes === 'csv') {
    return parseCsv(await readText(file, options), name, columns, { delimiter: '\t', ...options });
  }
  const lines = await readLines(file, options);
  const names: readonly string[] =
    options.header === false ? columns : columnsOf(lines.shift(), name, columns);
  const places = columns.map((column) => names.indexOf(column));
  const table: TableLine<Column>[] = [];
  for (const { number, text } of lines) {
    const cells = text.split('\t');
    const at = `line ${number}`;
    if (options.dropShortLines && cells.length < names.length) continue;
    checkCellCount(cells.length, names.length, options, { file: name, at });
    const entries = columns.map((column, index) => [column, unquote(cells[places[index]!]!)]);
    table.push({ at, cells: Object.fromEntries(entries) as Record<Column, string> });
  }
  return table;
}

function columnsOf(header: Line | undefined, file: string, columns: readonly string[]): string[] {
  const names = header?.text.split('\t') ?? [];
  checkColumns(names, columns, { file, at: 'line 1', separator: 'tabs' });
  return names;
}

/**
 * GLUE's own files take quotation marks literally; copies that went through a CSV library have cells with a quotation mark
 * wrapped in two more and each doubled. Such a cell, and only such a one, has pairs of them and nothing but pairs inside.
 */
function unquote(cell: string): string {
  if (!cell.startsWith('"')) return cell;
  const inner = /^"(.*)"$/.exec(cell)?.[1];
  if (inner === undefined || !inner.includes('""') || inner.replaceAll('""', '').includes('"')) return cell;
  return inner.replaceAll('""', '"');
}
