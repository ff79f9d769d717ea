/** Whether what is committed still follows from the results, and whether the results can be had again. */

import type { Metric, Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import { standardErrorTolerance, toleranceOf } from '../results/tolerance.js';
import type { Experiment } from './experiment.js';
import { cellsOf, isTableLine, type WrittenCell, type WrittenFormat } from './table-cells.js';

/** One place where two versions differ. */
export interface Difference {
  /** The file that is committed. */
  file: string;
  table: string;
  row: string;
  column: string;
  /** As committed; absent where it is not there. */
  old?: string;
  /** As it follows now; absent where it should not be there. */
  new?: string;
  /** How much they may differ, for numbers that were computed again. */
  tolerance?: number;
}

/** `results/README.md: table Results, row lambada, column value: old 6.85, new 6.86`. */
export function describeDifference(difference: Difference): string {
  const { file, table, row, column, tolerance } = difference;
  const show = (text: string | undefined) => (text === undefined ? '(not there)' : text || '(empty)');
  const place = [
    ...(table === '' ? [] : [`table ${table}`]),
    `row ${row}`,
    ...(column === '' ? [] : [`column ${column}`]),
  ].join(', ');
  const allowed = tolerance === undefined ? '' : ` (may differ by ${Number(tolerance.toPrecision(3))})`;
  return `${file}: ${place}: old ${show(difference.old)}, new ${show(difference.new)}${allowed}`;
}

/**
 * Where a committed text differs from the one that follows from the data: cell by cell in tables, line by line elsewhere. Empty
 * only if the two are the same to the last byte, line endings aside.
 */
export function compareTexts(
  file: string,
  format: WrittenFormat,
  committed: string,
  expected: string,
): Difference[] {
  // A checkout on Windows may have other line ends.
  const [old, now] = [committed, expected].map((text) => text.replaceAll('\r\n', '\n')) as [string, string];
  if (old === now) return [];
  const differences = compareCells(file, cellsOf(old, format, file), cellsOf(now, format, file));
  if (format === 'markdown') differences.push(...compareLines(file, old, now));
  return differences.length > 0 ? differences : [firstChange(file, old, now)];
}

/** Cells that differ; a row that only one side has is one difference. */
function compareCells(file: string, old: readonly WrittenCell[], now: readonly WrittenCell[]): Difference[] {
  const [oldRows, newRows] = [byRow(old), byRow(now)];
  return [...new Set([...newRows.keys(), ...oldRows.keys()])].flatMap((key): Difference[] => {
    const [before, after] = [oldRows.get(key), newRows.get(key)];
    const { table, row } = (after ?? before)![0]!;
    const whole = (cells: WrittenCell[] | undefined) => cells?.map(({ text }) => text).join(' | ');
    if (before === undefined || after === undefined) {
      return [{ file, table, row, column: '', old: whole(before), new: whole(after) }];
    }
    const [oldCells, newCells] = [byColumn(before), byColumn(after)];
    return [...new Set([...newCells.keys(), ...oldCells.keys()])].flatMap((place) => {
      const [one, other] = [oldCells.get(place), newCells.get(place)];
      if (one?.text === other?.text) return [];
      return { file, table, row, column: (other ?? one)!.column, old: one?.text, new: other?.text };
    });
  });
}

function byRow(cells: readonly WrittenCell[]): Map<string, WrittenCell[]> {
  const rows = new Map<string, WrittenCell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.table, cell.row]);
    rows.set(key, [...(rows.get(key) ?? []), cell]);
  }
  return rows;
}

/** The cells of a row by their columns; where two rows have one name, the second cell of a column has a place of its own. */
function byColumn(cells: readonly WrittenCell[]): Map<string, WrittenCell> {
  const places = new Map<string, WrittenCell>();
  for (const cell of cells) {
    let number = 1;
    while (places.has(JSON.stringify([cell.column, number]))) number++;
    places.set(JSON.stringify([cell.column, number]), cell);
  }
  return places;
}

/** The lines of Markdown outside of tables that only one of the texts has. */
function compareLines(file: string, old: string, now: string): Difference[] {
  const linesOf = (text: string) =>
    text
      .split('\n')
      .map((line, at) => ({ line, row: `line ${at + 1}` }))
      .filter(({ line }) => !isTableLine(line));
  const [before, after] = [linesOf(old), linesOf(now)];
  const onlyIn = (some: typeof before, others: typeof before) => {
    const known = new Set(others.map(({ line }) => line));
    return some.filter(({ line }) => !known.has(line));
  };
  const [gone, come] = [onlyIn(before, after), onlyIn(after, before)];
  // A line that was changed is one difference, not two.
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => {
    const { row } = (gone[at] ?? come[at])!;
    return { file, table: '', row, column: '', old: gone[at]?.line, new: come[at]?.line };
  });
}

/** For texts with the same cells and lines, such as rows in another order. */
function firstChange(file: string, old: string, now: string): Difference {
  const [before, after] = [old.split('\n'), now.split('\n')];
  const at = after.findIndex((line, place) => line !== before[place]);
  const place = at < 0 ? after.length : at;
  return { file, table: '', row: `line ${place + 1}`, column: '', old: before[place], new: after[place] };
}

/** How two sets of results compare. */
export interface ResultsComparison {
  differences: Difference[];
  /** Names of the results that are in both. */
  compared: string[];
  /** Names of those that are only committed, or only fresh. */
  onlyCommitted: string[];
  onlyFresh: string[];
}

/**
 * Compares committed results with ones that were computed again. They are matched by the names of their files. Numbers may
 * differ by `tolerances`; what they are numbers of may not differ at all.
 */
export function compareResults(
  committed: readonly Result[],
  fresh: readonly Result[],
  experiments: readonly Experiment[],
): ResultsComparison {
  const [old, now] = [committed, fresh].map(
    (results) => new Map(results.map((result) => [resultFileName(result), result])),
  ) as [Map<string, Result>, Map<string, Result>];
  const names = [...old.keys()].sort();
  const compared = names.filter((name) => now.has(name));
  return {
    differences: compared.flatMap((name) => compareResult(name, old.get(name)!, now.get(name)!, experiments)),
    compared,
    onlyCommitted: names.filter((name) => !now.has(name)),
    onlyFresh: [...now.keys()].filter((name) => !old.has(name)).sort(),
  };
}

function compareResult(
  file: string,
  old: Result,
  fresh: Result,
  experiments: readonly Experiment[],
): Difference[] {
  const { name } = old.task;
  const home = experiments.find(({ columns }) => columns.some(({ task }) => task === name));
  const place = { file, table: home?.id ?? name, row: `${name}, ${old.model.name}` };
  const subject = subjectOf(old);
  const changed = Object.entries(subjectOf(fresh)).filter(([part, value]) => subject[part] !== value);
  if (changed.length > 0) {
    return changed.map(([part, value]) => ({ ...place, column: part, old: subject[part], new: value }));
  }
  const ids = new Set([...old.metrics, ...fresh.metrics].map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const [before, after] = [old, fresh].map((result) => result.metrics.find((metric) => metric.id === id));
    const column = headingOf(home, name, id);
    if (before === undefined || after === undefined) {
      return { ...place, column, old: before && String(before.value), new: after && String(after.value) };
    }
    return compareMetric(before, after, old).map(({ part, ...rest }) => ({
      ...{ ...place, column: column + part },
      ...rest,
    }));
  });
}

/** What a number is about, in words that can be compared. */
function subjectOf({ task, model, data, settings, finetuning }: Result): Record<string, string> {
  const train = finetuning && { 'training data (sha256)': finetuning.train.sha256 };
  return {
    'version of the task': String(task.version),
    'weights (sha256)': model.sha256,
    tokenizer: model.tokenizer.fingerprint,
    'data (sha256)': data.sha256,
    settings: JSON.stringify(Object.entries(finetuning?.settings ?? settings).sort()),
    ...train,
  };
}

function headingOf(home: Experiment | undefined, task: string, metric: string): string {
  const column = home?.columns.find((one) => one.task === task && one.metric === metric);
  return column === undefined ? metric : `${column.heading.join(' ')} (${metric})`;
}

function compareMetric(
  old: Metric,
  fresh: Metric,
  result: Result,
): (Pick<Difference, 'old' | 'new' | 'tolerance'> & { part: string })[] {
  const parts: { part: string; before: number | null; after: number | null; tolerance: number }[] = [
    { part: '', before: old.value, after: fresh.value, tolerance: toleranceOf(old, result) },
    {
      part: ', standard error',
      before: old.standardError,
      after: fresh.standardError,
      tolerance: standardErrorTolerance(old, result),
    },
    { part: ', examples', before: old.n, after: fresh.n, tolerance: 0 },
  ];
  return parts
    .filter(({ before, after, tolerance }) =>
      before === null || after === null ? before !== after : !(Math.abs(after - before) <= tolerance),
    )
    .map(({ part, before, after, tolerance }) => ({
      ...{ part, old: String(before), new: String(after) },
      tolerance,
    }));
}
