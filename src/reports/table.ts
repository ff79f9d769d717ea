/** A published table with our numbers beside: pure, from the table as data and the results at hand. */
import {
  type Experiment,
  type ExperimentColumn,
  type ExperimentRow,
  metricOf,
  type ResultOf,
  standsIn,
} from './experiment.js';
import { formatNumber } from './format.js';
import type { Metric, Result } from './result.js';

/** One cell. What is not there is absent, so that an empty cell never looks like a zero. */
export interface TableCell {
  /** As the paper prints it; null where it prints nothing. */
  published: string | null;
  /** Our number, from a whole run on the published data. */
  ours?: number;
  /** Ours minus published, in the unit of the column; only where both are there. */
  difference?: number;
  /** Of our number, in the unit of the column; absent where none is defined. */
  standardError?: number;
  /** Examples that our number comes from. */
  n?: number;
}

/** A column and the numbers (from 1) of its footnotes in `Table.notes`. */
export interface TableColumn extends Omit<ExperimentColumn, 'notes' | 'variant' | 'variants'> {
  notes: number[];
}

/** A row, its cells in the order of the columns. */
export interface TableRow extends Omit<ExperimentRow, 'notes' | 'published' | 'variant' | 'baseline'> {
  notes: number[];
  cells: TableCell[];
}

/** What the renderers turn into text. */
export interface Table {
  id: string;
  title: string;
  source: string;
  columns: TableColumn[];
  rows: TableRow[];
  /** Footnotes; columns and rows refer to them by number, the first being 1. */
  notes: string[];
  /** Results for columns of this table that it does not show, and why: one sentence each. */
  leftOut: string[];
}

/** Fills a published table with the results that may stand in it (see `reasonToLeaveOut`). */
export function buildTable(experiment: Experiment, results: readonly Result[]): Table {
  const tasks = new Set(experiment.columns.map((column) => column.task));
  const concerned = results.filter((result) => tasks.has(result.task.name));
  const shown = newestOnly(concerned.filter((result) => reasonToLeaveOut(result, experiment) === undefined));

  const notes: string[] = [];
  const numberOf = (note: string) => {
    if (!notes.includes(note)) notes.push(note);
    return notes.indexOf(note) + 1;
  };
  const columns = experiment.columns.map((column) => {
    const { notes: keys = [], variants = [], variant: _, ...rest } = column;
    const standing = shown.filter((result) => experiment.rows.some((row) => standsIn(result, row, column)));
    return {
      ...rest,
      notes: [
        ...keys.map((key) => experiment.notes[key]!),
        ...describeVariants(variants, standing),
        ...deviationsOf(standing),
      ]
        .map(numberOf)
        .sort((a, b) => a - b),
    };
  });
  const rows = experiment.rows.map((row) => {
    const { notes: keys = [], published, variant: _, baseline: __, ...rest } = row;
    return {
      ...rest,
      notes: keys.map((key) => numberOf(experiment.notes[key]!)),
      cells: experiment.columns.map((column, place) => {
        const candidates = shown.filter((result) => standsIn(result, row, column));
        return fillCell(published[place]!, column, metricOf(row, column), candidates);
      }),
    };
  });
  const { id, title, source } = experiment;
  return { id, title, source, columns, rows, notes, leftOut: describeLeftOut(concerned, shown, experiment) };
}

/** Why a result may not stand beside the paper's numbers; undefined if it may. */
function reasonToLeaveOut(result: Result, { rows, columns }: Experiment): string | undefined {
  const { task, model, data, settings, finetuning } = result;
  const stands = (candidate: ResultOf) =>
    rows.some((row) => columns.some((column) => standsIn(candidate, row, column)));
  if (!stands(result)) {
    const { variant, ...plain } = task;
    if (variant === undefined || !stands({ task: plain, model })) return 'not a model of this table';
    const options = Object.entries(variant).map(([option, value]) => `--${option} ${value}`);
    return `not the variant of this table (${options.join(' ')})`;
  }
  if (data.source === 'sample') return 'on the hand-written sample, not the published data';
  if (settings.limit !== null) return `only the first ${settings.limit} examples`;
  if (!data.complete) return `on ${data.rows} examples, not as many as were published`;
  if (finetuning && !finetuning.train.complete) return 'trained on a part of the published examples';
  if (finetuning && finetuning.changed.length > 0) return `other settings: ${finetuning.changed.join(', ')}`;
  return undefined;
}

/** One result per model, task and variant: of the highest task version the one that finished last. */
function newestOnly(results: readonly Result[]): Result[] {
  const newest = new Map<string, Result>();
  for (const result of results) {
    const variant = Object.entries(result.task.variant ?? {}).sort();
    const key = JSON.stringify([result.model.name, result.task.name, variant]);
    const other = newest.get(key);
    if (other === undefined || compareAge(result, other) > 0) newest.set(key, result);
  }
  return [...newest.values()];
}

function compareAge(a: Result, b: Result): number {
  return a.task.version - b.task.version || Date.parse(a.time.finishedAt) - Date.parse(b.time.finishedAt);
}

/** A baseline may have been measured beside several models; it is the same number each time. */
function fillCell(
  published: string | null,
  column: ExperimentColumn,
  id: string,
  results: readonly Result[],
): TableCell {
  const metric = results.flatMap(({ metrics }) => metrics).find((candidate) => candidate.id === id);
  if (metric === undefined) return { published };
  if (metric.unit !== column.unit) {
    throw new Error(
      `${column.task} measures ${metric.id} in ${metric.unit}, column ${column.id} is in ${column.unit}`,
    );
  }
  return {
    published,
    ours: metric.value,
    ...(published === null ? {} : { difference: metric.value - Number(published) }),
    ...(metric.standardError === null ? {} : { standardError: metric.standardError }),
    n: metric.n,
  };
}

function describeVariants(variants: readonly string[], results: readonly Result[]): string[] {
  const perModel = results.flatMap(({ model, metrics }) => {
    const found = variants.flatMap((id) => metrics.filter((metric) => metric.id === id));
    return found.length === 0 ? [] : `${model.name}: ${found.map(describeMetric).join(', ')}`;
  });
  return perModel.length === 0 ? [] : [`Ours by other definitions: ${perModel.join('; ')}.`];
}

const describeMetric = ({ label, value, standardError }: Metric) =>
  `${label} ${formatNumber(value)}${standardError === null ? '' : ` ± ${formatNumber(standardError)}`}`;

function deviationsOf(results: readonly Result[]): string[] {
  return [...new Set(results.flatMap((result) => result.deviations))].map(
    (deviation) => `Ours: ${deviation}`,
  );
}

function describeLeftOut(
  concerned: readonly Result[],
  shown: readonly Result[],
  experiment: Experiment,
): string[] {
  return concerned
    .filter((result) => !shown.includes(result))
    .map((result) => {
      const reason = reasonToLeaveOut(result, experiment) ?? 'there is a newer run';
      return `${result.model.name} on ${result.task.name}: ${reason}.`;
    });
}
