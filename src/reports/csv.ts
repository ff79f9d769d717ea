import { stringify } from 'csv-stringify/sync';
import type { Sheet } from './sheet.js';
import type { Table } from './table.js';

const header = [
  'table',
  'row',
  'model',
  'column',
  'task',
  'metric',
  'unit',
  'published',
  'ours',
  'difference',
  'standard_error',
  'n',
  'seeds',
  'deviation_over_seeds',
];

/** One line per cell, with a header, as CSV. Numbers of ours are not rounded. */
export function renderCsv(table: Table): string {
  const lines = table.rows.flatMap((row) =>
    row.cells.map((cell, place) => {
      const column = table.columns[place]!;
      return [
        table.id,
        row.id,
        row.model,
        column.id,
        column.task,
        column.metric,
        column.unit,
        cell.published,
        cell.ours,
        cell.difference,
        cell.standardError,
        cell.n,
        cell.spread?.seeds,
        cell.spread?.deviation,
      ];
    }),
  );
  return csvLines([header, ...lines]);
}

/** The sheet as CSV: its texts alone, as they are shown. */
export function renderSheetCsv({ head, rows }: Sheet): string {
  return csvLines([head, ...rows]);
}

/**
 * Lines of fields as CSV (RFC 4180, lines ending in a newline): in quotes where they need them; what is not there is empty. Numbers
 * are as JavaScript writes them.
 */
export function csvLines(lines: readonly (readonly (string | number | null | undefined)[])[]): string {
  return stringify([...lines], { quoted_match: /[\r\n]/ });
}
