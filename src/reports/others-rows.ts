/** Rows of a published table for what others measured with the same models, below the model's own row: `gpt table ID --others`. */
import type { OthersNumber } from './others.js';
import type { Table, TableRow } from './table.js';

/** The table with those rows: one for each model, setting and source, its numbers in the columns of their task and unit. */
export function withOthers(table: Table, others: readonly OthersNumber[]): Table {
  const notes = [...table.notes];
  const numberOf = (note: string) => {
    if (!notes.includes(note)) notes.push(note);
    return notes.indexOf(note) + 1;
  };
  const rows = table.rows.flatMap((row): TableRow[] => {
    // Rows of variants of a model and models of one's own are nobody else's.
    if (row.model === null || row.isOther) return [row];
    const groups = new Map<string, OthersNumber[]>();
    for (const one of others) {
      if (one.model !== row.model || !table.columns.some((column) => belongs(one, column))) continue;
      const key = JSON.stringify([one.setting, one.source]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const added = [...groups.values()].map((group): TableRow => {
      const { setting, source } = group[0]!;
      return {
        // CSV has the id alone.
        id: `${row.id}: ${setting}`,
        label: `${row.id}: ${setting}`,
        model: row.model,
        notes: [numberOf(`Measured by others: ${source}.`)],
        isOthers: true,
        cells: table.columns.map((column) => ({
          published: group.find((one) => belongs(one, column))?.value ?? null,
        })),
      };
    });
    return [row, ...added];
  });
  return { ...table, rows, notes };
}

/** Which of a task's metrics it is, the setting says. */
function belongs({ task, unit }: OthersNumber, column: Table['columns'][number]): boolean {
  return column.task === task && column.unit === unit && column.definition === undefined;
}
