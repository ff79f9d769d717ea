import type { Table } from './table.js';

/** The table as JSON: the fields of `Table`, published figures as printed, numbers of ours not rounded. */
export function renderJson(table: Table): string {
  return `${JSON.stringify(table, null, 2)}\n`;
}
