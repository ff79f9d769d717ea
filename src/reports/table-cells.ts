/** The cells of a written table, each with its table, row and column, so that two versions can be compared by what they say. */
import { parse } from 'csv-parse/sync';
import { UserError } from '../errors.js';
import type { Table } from './table.js';

/** One cell of a written table. */
export interface WrittenCell {
  table: string;
  row: string;
  column: string;
  text: string;
}

/** How a table is written down. */
export type WrittenFormat = 'markdown' | 'csv' | 'json';

/** The cells of a text in that format. Throws UserError, naming the file, for a text that is not in it. */
export function cellsOf(text: string, format: WrittenFormat, file: string): WrittenCell[] {
  try {
    switch (format) {
      case 'markdown':
        return markdownCells(text);
      case 'csv':
        return csvCells(text);
      case 'json':
        return jsonCells(JSON.parse(text) as Table);
    }
  } catch (cause) {
    const { message } = cause as Error;
    throw new UserError(`${file} is no table in the format ${format}: ${message}`, {
      hint: 'Write it anew, or say which format it has with --format.',
      cause,
    });
  }
}

/** Whether a line of Markdown belongs to a table. */
export const isTableLine = (line: string) => line.startsWith('|');

/**
 * The cells of all tables in a Markdown text. A table is named by the heading above it and the bold words that begin a paragraph
 * before it; a row by its leading columns that are aligned to the left, where an empty one repeats what stands above it.
 * @internal
 */
export function markdownCells(text: string): WrittenCell[] {
  const cells: WrittenCell[] = [];
  const lines = text.split('\n');
  let [heading, caption] = ['', ''];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.startsWith('#')) [heading, caption] = [line.replace(/^#+ */, ''), ''];
    else if (line.startsWith('**')) caption = line.slice(2).split('**')[0]!;
    if (!isTableLine(line) || !/^\|( *:?-+:? *\|)+$/.test(lines[at + 1] ?? '')) continue;
    const columns = splitRow(line);
    const keys = splitRow(lines[at + 1]!).findIndex((rule) => rule.endsWith(':'));
    const keyColumns = keys < 0 ? 1 : Math.max(1, keys);
    const table = [heading, caption].filter((part) => part !== '').join(': ');
    const above: string[] = [];
    for (at += 2; at < lines.length && isTableLine(lines[at]!); at++) {
      const row = splitRow(lines[at]!);
      for (let key = 0; key < keyColumns; key++) above[key] = row[key] || (above[key] ?? '');
      const name = above.filter((part) => part !== '').join(', ');
      for (let place = keyColumns; place < row.length; place++) {
        const column = columns[place] ?? String(place + 1);
        cells.push({ table, row: name, column, text: row[place]! });
      }
    }
    caption = '';
  }
  return cells;
}

/** `| a | b\|c |` as `a` and `b\|c`. */
function splitRow(line: string): string[] {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/g, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** Columns of our CSV files that say where the rest of a line belongs. */
const keyColumns = ['table', 'row', 'column'] as const;

/** The cells of a CSV text with the columns `table`, `row` and `column`; each further column is one more cell. */
function csvCells(text: string): WrittenCell[] {
  const records = parse(text, { columns: true }) as Record<string, string>[];
  return records.flatMap((record) => {
    const [table, row, column] = keyColumns.map((key) => {
      if (record[key] === undefined) throw new Error(`it has no column ${key}.`);
      return record[key];
    }) as [string, string, string];
    const fields = Object.entries(record).filter(([key]) => !keyColumns.includes(key as 'row'));
    return fields.map(([field, value]) => ({ table, row, column: `${column}, ${field}`, text: value }));
  });
}

function jsonCells({ id, columns, rows }: Table): WrittenCell[] {
  if (!Array.isArray(columns) || !Array.isArray(rows)) throw new Error('it has no rows or no columns.');
  return rows.flatMap((row) =>
    row.cells.flatMap((cell, place) =>
      Object.entries(cell).map(([field, value]) => ({
        table: id,
        row: row.id,
        column: `${columns[place]?.id ?? place + 1}, ${field}`,
        text: String(value),
      })),
    ),
  );
}
