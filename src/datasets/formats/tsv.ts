import { DataError } from '../../errors.js';
import { readLines } from './lines.js';

/** A line of a table: its place in the file for messages (`line 12`), and its cells by column. */
export interface TableLine<Column extends string> {
  at: string;
  cells: Record<Column, string>;
}

/**
 * Reads the wanted columns of a tab-separated file whose first line names them. Throws DataError, naming the line, where
 * a column is missing or a line has more or fewer cells than the first.
 */
export function readTsv<Column extends string>(
  bytes: Uint8Array,
  file: string,
  columns: readonly Column[],
): TableLine<Column>[] {
  const [header, ...lines] = readLines(bytes, file);
  const names = header?.text.split('\t') ?? [];
  const missing = columns.find((column) => !names.includes(column));
  if (missing !== undefined) {
    throw new DataError({
      file,
      at: 'line 1',
      problem: `the column ${missing} is missing: the first line must name the columns, with tabs between.`,
      expected: columns.join(', '),
      found: header === undefined ? 'an empty file' : JSON.stringify(header.text.slice(0, 80)),
    });
  }
  return lines.map(({ number, text }) => {
    const cells = text.split('\t');
    const at = `line ${number}`;
    if (cells.length !== names.length) {
      throw new DataError({
        file,
        at,
        problem: 'the line has a wrong number of columns.',
        expected: names.length,
        found: cells.length,
      });
    }
    const entries = columns.map((column) => [column, unquote(cells[names.indexOf(column)]!)]);
    return { at, cells: Object.fromEntries(entries) as Record<Column, string> };
  });
}

/**
 * GLUE's own files take quotation marks literally; copies that went through a CSV library have cells with a quotation mark
 * wrapped in two more and each doubled. Such a cell, and only such a one, has pairs of them and nothing but pairs inside.
 */
function unquote(cell: string): string {
  const inner = /^"(.*)"$/.exec(cell)?.[1];
  if (inner === undefined || !inner.includes('""') || inner.replaceAll('""', '').includes('"')) return cell;
  return inner.replaceAll('""', '"');
}
