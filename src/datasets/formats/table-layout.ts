/** How a table is laid out, and the rule that all its lines have as many cells. */
import { DataError } from '../../errors.js';
import type { MemberOption } from './unpack.js';

/** How a table is written, as far as it cannot be told from the table itself. */
export interface TableOptions extends MemberOption {
  /** The columns, where the first line does not name them. */
  columns?: readonly string[];
  /** Lines may have more cells than there are columns. */
  extraColumns?: boolean;
  /** Lines with fewer cells than columns are left out, as every reader of such a file does. */
  dropShortLines?: boolean;
}

/** A table whose columns are known. */
export interface TableLayout extends TableOptions {
  names: readonly string[];
  /** Whether the first line names them. */
  hasHeader: boolean;
  isWanted(name: string): boolean;
}

/** The error about a line that has another number of cells than there are columns. */
export function wrongCellCount(
  cells: number,
  columns: number,
  { extraColumns = false }: { extraColumns?: boolean },
  { file, at }: { file: string; at: string },
): DataError | undefined {
  if (cells === columns || (extraColumns && cells > columns)) return undefined;
  return new DataError({
    file,
    at,
    problem: 'the line has a wrong number of columns.',
    expected: columns,
    found: cells,
  });
}

/** Throws DataError when a line has another number of cells than there are columns. */
export function checkCellCount(...line: Parameters<typeof wrongCellCount>): void {
  const error = wrongCellCount(...line);
  if (error !== undefined) throw error;
}
