/** A published table with our numbers beside: pure, from the table as data and the results at hand. */

import { findRegisteredModel } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import { newestOnly, otherSettings, partOfData, variantOf } from '../results/comparable.js';
import { formatEstimate } from '../results/format.js';
import type { Metric, Result } from '../results/result.js';
import {
  type ColumnPart,
  type DetailColumn,
  type Experiment,
  type ExperimentColumn,
  type ExperimentRow,
  type ModelSize,
  metricOf,
  type ResultOf,
  standsIn,
  tasksOf,
} from './experiment.js';
import { withExports } from './exports.js';
import { meanOfParts, wholeOnly } from './mean-of-parts.js';
import { otherRows } from './other-rows.js';
import { withOwnModels } from './own-models.js';

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
  /** Where our number is a mean over seeds: their standard deviation, in the unit of the column, and how many they are. */
  spread?: { deviation: number; seeds: number };
}

/** A column and the numbers (from 1) of its footnotes in `Table.notes`. */
export interface TableColumn
  extends Omit<ExperimentColumn, 'notes' | 'variant' | 'variants' | 'detail' | 'parts'> {
  notes: number[];
}

/** A row, its cells in the order of the columns. */
export interface TableRow
  extends Omit<ExperimentRow, 'notes' | 'published' | 'variant' | 'baseline' | 'key'> {
  notes: number[];
  cells: TableCell[];
  /** A model that the paper does not have: numbers of ours alone, in no cell of the paper. */
  isOther?: true;
  /** What others measured with the model of the row above: in the place of the paper's numbers. */
  isOthers?: true;
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
  /** Results for columns of this table that it does not show: one sentence for each reason. */
  leftOut: string[];
}

/** Fills a published table with the results that may stand in it (see `reasonToLeaveOut`). */
export function buildTable(printed: Experiment, all: readonly Result[]): Table {
  const results = withExports(all);
  const experiment = withOwnModels(printed, results);
  const tasks = new Set(experiment.columns.flatMap(tasksOf));
  const concerned = results.filter((result) => tasks.has(result.task.name));
  const shown = newestOnly(concerned.filter((result) => reasonToLeaveOut(result, experiment) === undefined));

  const others = otherRows(experiment, concerned);
  const own = experiment.rows.map((row) =>
    experiment.columns.map((column) =>
      wholeOnly(
        column,
        shown.filter((result) => standsIn(result, row, column)),
      ),
    ),
  );

  const notes: string[] = [];
  const numberOf = (note: string) => {
    if (!notes.includes(note)) notes.push(note);
    return notes.indexOf(note) + 1;
  };
  const columns = experiment.columns.map((column, place) => {
    const { notes: keys = [], variants = [], variant: _, detail: __, parts: ___, ...rest } = column;
    const standing = new Set(
      [...own, ...others.map(({ results: found }) => found)].flatMap((row) => row[place]!),
    );
    return {
      ...rest,
      notes: [
        ...keys.map((key) => experiment.notes[key]!),
        ...describeVariants(variants, [...standing]),
        ...deviationsOf([...standing]),
      ]
        .map(numberOf)
        .sort((a, b) => a - b),
    };
  });
  const rows = experiment.rows.map((row, number) => {
    const { notes: keys = [], published, variant: _, baseline: __, key: ___, ...rest } = row;
    return {
      ...rest,
      notes: keys.map((key) => numberOf(experiment.notes[key]!)),
      cells: experiment.columns.map((column, place) => {
        const candidates = own[number]![place]!;
        if (column.definition !== undefined) return fillSize(published[place]!, column.definition, row);
        if (column.detail !== undefined)
          return fillDetail(published[place]!, column.detail, row.key, candidates);
        if (column.parts !== undefined) return fillMean(published[place]!, column.parts, candidates);
        return fillCell(published[place]!, column, metricOf(row, column), candidates);
      }),
    };
  });
  const below = others.map(({ row, results: found, notes: remarks }): TableRow => {
    const { id, label, model } = row;
    return {
      ...{ id, label, model, isOther: true },
      notes: remarks.map(numberOf),
      cells: experiment.columns.map((column, place) => {
        if (column.definition !== undefined || column.detail !== undefined) return { published: null };
        if (column.parts !== undefined) return fillMean(null, column.parts, found[place]!);
        return fillCell(null, column, column.metric, found[place]!);
      }),
    };
  });
  const { id, title, source } = experiment;
  const told = new Set([...own, ...others.map(({ results: found }) => found)].flat(2));
  const leftOut = describeLeftOut(
    concerned.filter((result) => !told.has(result)),
    (result) =>
      reasonToLeaveOut(result, experiment) ??
      (shown.includes(result) ? 'part of a mean whose other parts are missing' : 'there is a newer run'),
  );
  return { id, title, source, columns, rows: [...rows, ...below], notes, leftOut };
}

/** Cells of rows that ours can stand in, and those where it does. A baseline's row counts once it has a number. */
export function countCells(table: Table): { cells: number; ours: number } {
  const isFilled = (cell: TableCell) => cell.ours !== undefined;
  const rows = table.rows.filter(
    ({ model, unpublished, cells, isOther }) =>
      !isOther && (model !== null || unpublished !== undefined || cells.some(isFilled)),
  );
  const cells = rows.flatMap((row) => row.cells);
  return { cells: cells.length, ours: cells.filter(isFilled).length };
}

/** Why a result may not stand beside the paper's numbers; undefined if it may. */
function reasonToLeaveOut(result: Result, { rows, columns }: Experiment): string | undefined {
  const { task, model, sweep } = result;
  // A model without a row of its own stands in one below, under the same conditions.
  const hasRow = rows.some((row) => row.model === model.name);
  const stands = (candidate: ResultOf) =>
    rows.some((row) =>
      columns.some((column) => standsIn(candidate, hasRow ? row : asRowOf(row, model), column)),
    );
  if (!stands(result)) {
    const variant = variantOf(result);
    const plain = { task: { name: task.name }, model };
    if (Object.keys(variant).length === 0 || !stands(plain)) return 'not a model of this table';
    const options = Object.entries(variant).map(([option, value]) => `--${option} ${value}`);
    return `not the variant of this table (${options.join(' ')})`;
  }
  const part = partOfData(result);
  if (part !== undefined) return part;
  if (sweep?.setting === 'transfer-layers') return 'a curve, whose last point is a result of its own';
  const others = otherSettings(result);
  if (others.length > 0) return `other settings: ${others.join(', ')}`;
  // Baselines are the same beside whatever model.
  const hasBaseline = rows.some(
    (row) => row.baseline !== undefined && columns.some((column) => standsIn(result, row, column)),
  );
  return hasRow || hasBaseline ? undefined : 'another run stands in the row of the model';
}

/** A row of the paper as it would be with another model. */
function asRowOf(row: ExperimentRow, { name }: Pick<Result['model'], 'name'>): ExperimentRow {
  return row.model === null ? row : { ...row, model: name };
}

/** A baseline may have been measured beside several models; it is the same number each time. */
function fillCell(
  published: string | null,
  column: ExperimentColumn,
  id: string,
  results: readonly Result[],
): TableCell {
  const found = results
    .flatMap(({ metrics, sweep }) => metrics.map((metric, place) => ({ metric, sweep, place })))
    .find(({ metric }) => metric.id === id);
  if (found === undefined) return { published };
  const { metric, sweep, place } = found;
  const spread = sweep?.spread?.[place];
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
    ...(spread && { spread: { deviation: spread.deviation, seeds: sweep!.runs.length } }),
  };
}

/** A mean over several tasks; as long as one of them is missing there is none. */
function fillMean(
  published: string | null,
  parts: readonly ColumnPart[],
  results: readonly Result[],
): TableCell {
  const mean = meanOfParts(parts, results);
  if (mean === undefined) return { published };
  const { value, standardError, spread } = mean;
  return {
    ...compared(published, value),
    ...(standardError !== undefined && { standardError }),
    ...(spread && { spread }),
  };
}

/** A size as it follows from the definition of the model. */
function fillSize(published: string | null, size: ModelSize, { model }: ExperimentRow): TableCell {
  const registered = model === null ? undefined : findRegisteredModel(model);
  if (registered === undefined) return { published };
  const { config } = registered;
  return compared(
    published,
    size === 'millions of parameters' ? countParameters(config) / 1e6 : config[size],
  );
}

/** A number from a list of a result; what the list does not have is no number. */
function fillDetail(
  published: string | null,
  { id, key: keyHeading, value: valueHeading }: DetailColumn,
  key: string | undefined,
  results: readonly Result[],
): TableCell {
  for (const { columns, rows } of results.flatMap(({ details = [] }) =>
    details.filter((list) => list.id === id),
  )) {
    const [keyPlace, valuePlace] = [columns.indexOf(keyHeading), columns.indexOf(valueHeading)];
    const found = rows.find((row) => String(row[keyPlace]).toLowerCase() === key?.toLowerCase())?.[
      valuePlace
    ];
    if (typeof found === 'number') return compared(published, found);
  }
  return { published };
}

function compared(published: string | null, ours: number): TableCell {
  return { published, ours, ...(published === null ? {} : { difference: ours - Number(published) }) };
}

function describeVariants(variants: readonly string[], results: readonly Result[]): string[] {
  const perModel = results.flatMap(({ model, metrics }) => {
    const found = variants.flatMap((id) => metrics.filter((metric) => metric.id === id));
    return found.length === 0 ? [] : `${model.name}: ${found.map(describeMetric).join(', ')}`;
  });
  return perModel.length === 0 ? [] : [`Ours by other definitions: ${perModel.join('; ')}.`];
}

const describeMetric = (metric: Metric) => `${metric.label} ${formatEstimate(metric)}`;

function deviationsOf(results: readonly Result[]): string[] {
  return [...new Set(results.flatMap((result) => result.deviations))].map((deviation) =>
    deviation.startsWith('Ours') ? deviation : `Ours: ${deviation}`,
  );
}

/** One sentence for each reason: `gpt1 on rte, wnli; gpt2 on rte: other settings: epochs 1.` */
function describeLeftOut(results: readonly Result[], reasonOf: (result: Result) => string): string[] {
  const reasons = new Map<string, Map<string, Set<string>>>();
  for (const result of results) {
    const reason = reasonOf(result);
    const models = reasons.get(reason) ?? new Map<string, Set<string>>();
    reasons.set(reason, models);
    models.set(result.model.name, (models.get(result.model.name) ?? new Set()).add(result.task.name));
  }
  return Array.from(reasons, ([reason, models]) => {
    const what = Array.from(models, ([model, tasks]) => `${model} on ${[...tasks].join(', ')}`);
    return `${what.join('; ')}: ${reason}.`;
  });
}
