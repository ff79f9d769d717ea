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

/** One line per cell, with a header (RFC 4180, lines ending in a newline). Numbers of ours are not rounded. */
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
  return [header, ...lines].map((fields) => `${fields.map(quote).join(',')}\n`).join('');
}

/** A field of a line, in quotes where it needs them; what is not there is empty. */
export function quote(field: string | number | null | undefined): string {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
