import { DataError } from '../../errors.js';

/** A line of a table: its place in the file for messages (`line 12`), and its cells by column. */
export interface TableLine<Column extends string> {
  at: string;
  cells: Record<Column, string>;
}

/** Throws DataError when a wanted column is not among the named ones. */
export function checkColumns(
  names: readonly string[],
  columns: readonly string[],
  { file, at, separator }: { file: string; at: string; separator: string },
): void {
  const missing = columns.find((column) => !names.includes(column));
  if (missing === undefined) return;
  throw new DataError({
    file,
    at,
    problem: `the column ${missing} is missing: the first line must name the columns, with ${separator} between.`,
    expected: columns.join(', '),
    found: names.length === 0 ? 'an empty file' : JSON.stringify(names.join('\t').slice(0, 80)),
  });
}

/** Throws DataError when a line has another number of cells than there are columns. */
export function checkCellCount(
  cells: number,
  columns: number,
  { extraColumns = false }: { extraColumns?: boolean },
  { file, at }: { file: string; at: string },
): void {
  if (cells === columns || (extraColumns && cells > columns)) return;
  throw new DataError({
    file,
    at,
    problem: 'the line has a wrong number of columns.',
    expected: columns,
    found: cells,
  });
}
