/** The wording of a table, the same wherever it is printed as rows and columns. */
import { formatNumber } from '../results/format.js';
import type { MetricUnit } from '../results/result.js';
import type { Table, TableCell, TableColumn } from './table.js';

/** Stands where there is no number. */
export const EMPTY = '–';

/** One line of a row: the paper's figures, ours, or how they differ. */
export interface LayoutLine {
  label: 'paper' | 'others' | 'ours' | 'difference' | 'std. error' | 'seeds';
  /** One text per column. */
  cells: string[];
}

/**
 * The lines of each row: one where there is nothing of ours, four where there is, and one more for means over seeds. A model that
 * the paper does not have lacks the paper's line and the difference.
 */
export function layOutRows({
  rows,
  columns,
}: Table): { label: string; notes: number[]; lines: LayoutLine[] }[] {
  return rows.map(({ label, notes, cells, isOther = false, isOthers = false }) => {
    const line = (
      name: LayoutLine['label'],
      show: (cell: TableCell, unit: MetricUnit) => string,
    ): LayoutLine => ({
      label: name,
      cells: cells.map((cell, place) => show(cell, columns[place]!.unit)),
    });
    const lines = isOther ? [] : [line(isOthers ? 'others' : 'paper', (cell) => cell.published ?? EMPTY)];
    if (cells.some((cell) => cell.ours !== undefined)) {
      lines.push(
        line('ours', ({ ours }, unit) => (ours === undefined ? EMPTY : formatValue(ours, unit))),
        ...(isOther ? [] : [line('difference', showDifference)]),
        line('std. error', ({ ours, standardError }) =>
          standardError === undefined ? EMPTY : formatNumber(standardError, { beside: ours }),
        ),
      );
      if (cells.some(({ spread }) => spread !== undefined)) lines.push(line('seeds', showSpread));
    }
    return { label, notes, lines };
  });
}

function showDifference({ ours, difference }: TableCell, unit: MetricUnit): string {
  return difference === undefined ? EMPTY : formatSigned(difference, unit, ours!);
}

/** `± 1.20 (n = 3)`: the standard deviation over so many seeds. */
function showSpread({ ours, spread }: TableCell): string {
  return spread === undefined
    ? EMPTY
    : `± ${formatNumber(spread.deviation, { beside: ours })} (n = ${spread.seeds})`;
}

/** `LAMBADA`, `PPL ↓`: the lines of a heading, with an arrow to the better side. */
export function layOutHeading({ heading, higherIsBetter, definition }: TableColumn): string[] {
  // A model is what it is: no size is the better one.
  if (definition !== undefined) return heading;
  return heading.map((text, place) =>
    place === heading.length - 1 ? `${text} ${higherIsBetter ? '↑' : '↓'}` : text,
  );
}

/** A count as it is, 12 or 124.44; anything else with the decimals of what it stands beside. */
function formatValue(value: number, unit: MetricUnit, beside = value): string {
  if (unit !== 'count') return formatNumber(value, { beside });
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** With its sign, which is that of what is printed: -0.001 is 0.00. */
function formatSigned(value: number, unit: MetricUnit, beside: number): string {
  const size = formatValue(Math.abs(value), unit, beside);
  if (/^[0.]+$/.test(size)) return size;
  return `${value > 0 ? '+' : '−'}${size}`;
}
