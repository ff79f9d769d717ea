/** The wording of a table, the same wherever it is printed as rows and columns. */
import { formatNumber } from './format.js';
import type { Table, TableCell, TableColumn } from './table.js';

/** Stands where there is no number. */
export const EMPTY = '–';

/** One line of a row: the paper's figures, ours, or how they differ. */
export interface LayoutLine {
  label: 'paper' | 'ours' | 'difference' | 'std. error';
  /** One text per column. */
  cells: string[];
}

/** The lines of each row: one where there is nothing of ours, four where there is. */
export function layOutRows({ rows }: Table): { label: string; notes: number[]; lines: LayoutLine[] }[] {
  return rows.map(({ label, notes, cells }) => {
    const line = (name: LayoutLine['label'], show: (cell: TableCell) => string): LayoutLine => ({
      label: name,
      cells: cells.map(show),
    });
    const lines = [line('paper', (cell) => cell.published ?? EMPTY)];
    if (cells.some((cell) => cell.ours !== undefined)) {
      lines.push(
        line('ours', (cell) => (cell.ours === undefined ? EMPTY : formatNumber(cell.ours))),
        line('difference', (cell) => (cell.difference === undefined ? EMPTY : formatSigned(cell.difference))),
        line('std. error', ({ standardError }) =>
          standardError === undefined ? EMPTY : formatNumber(standardError),
        ),
      );
    }
    return { label, notes, lines };
  });
}

/** `LAMBADA`, `PPL ↓`: the lines of a heading, with an arrow to the better side. */
export function layOutHeading({ heading, higherIsBetter }: TableColumn): string[] {
  return heading.map((text, place) =>
    place === heading.length - 1 ? `${text} ${higherIsBetter ? '↑' : '↓'}` : text,
  );
}

/** With its sign, which is that of what is printed: -0.001 is 0.00. */
function formatSigned(value: number): string {
  const size = formatNumber(Math.abs(value));
  if (/^[0.]+$/.test(size)) return size;
  return `${value > 0 ? '+' : '−'}${size}`;
}
