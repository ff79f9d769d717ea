/** A table of a paper as data, one file each in experiments/: its rows, columns and published numbers. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import {
  checkShape,
  count,
  dictionary,
  flag,
  list,
  object,
  oneOf,
  optional,
  orNull,
  printedNumber,
  text,
} from '../files/json-shape.js';
import { findRegisteredModel } from '../models/config.js';
import { hasVariant, variantOf } from '../results/comparable.js';
import { type Metric, metricUnits, type Result } from '../results/result.js';
import { UnknownNameError } from '../unknown-name.js';
import { publishedModel } from './exports.js';

/** One column of a published table: a metric on a data set. */
export interface ExperimentColumn {
  /** Key within the table, e.g. `lambada-ppl`. */
  id: string;
  /** The heading, line by line: `["LAMBADA", "PPL"]`. */
  heading: string[];
  /** The task of ours whose results stand here. It need not exist yet. */
  task: string;
  /** Which of the task's metrics. */
  metric: string;
  unit: Metric['unit'];
  higherIsBetter: boolean;
  /** Keys of the experiment's notes. */
  notes?: string[];
  /** Options of the task (`split: test`) with which its results stand here; without any, the default ones. */
  variant?: Record<string, string>;
  /** Other metrics of the task that measure the same by another definition; told in a footnote. */
  variants?: string[];
  /** For a column about the models themselves: ours is read off their definition, and there is no task. */
  definition?: ModelSize;
  /** For a column of a list that goes with a result: its rows are found by the `key` of the table's rows. */
  detail?: DetailColumn;
  /** For a mean that no single task gives: the mean over these of the mean of their metrics. */
  parts?: ColumnPart[];
}

/** What a paper prints about a model's size: layers, width, or parameters in millions. */
const modelSizes = ['nLayer', 'nEmbd', 'millions of parameters'] as const;
/** One of `modelSizes`. */
export type ModelSize = (typeof modelSizes)[number];

/** Where in a list of a result a number stands. */
export interface DetailColumn {
  /** Id of the list. */
  id: string;
  /** Heading of its column that is compared with the key. */
  key: string;
  /** Heading of its column that holds the number. */
  value: string;
}

/** What one task gives to a mean over several. */
export interface ColumnPart {
  task: string;
  /** Of several their mean counts. */
  metrics: string[];
}

/** A model that was never published: any model of this architecture and size stands for it. */
interface UnpublishedModel {
  architecture: 'lstm';
  /** Units of its recurrent layer. */
  units: number;
}

/** One row of a published table. */
export interface ExperimentRow {
  /** Key within the table, e.g. `117M`. */
  id: string;
  /** The label, with the true size where the paper's is wrong: `117M (124M)`. */
  label: string;
  /** Registered name of the model; null for a row that no model of this tool can fill. */
  model: string | null;
  /** Of a row whose `model` is null because nobody published it, and which one's own model can fill. */
  unpublished?: UnpublishedModel;
  /** For a row of a baseline that our tasks measure beside a model: `lede3` takes the metrics `lede3_…`, whatever the model. */
  baseline?: string;
  /** Options of the tasks with which their results stand in this row. */
  variant?: Record<string, string>;
  /** What the row is called in lists of results, for columns that take their numbers from one. */
  key?: string;
  /** One figure per column, as printed; null for an empty cell. */
  published: (string | null)[];
  /** Keys of the experiment's notes. */
  notes?: string[];
}

/** A published table. */
export interface Experiment {
  /** Name on the command line and of the file: `gpt2-table3`. */
  id: string;
  title: string;
  /** Authors, paper, year, number of the table. */
  source: string;
  /** Footnotes by key. */
  notes: Record<string, string>;
  columns: ExperimentColumn[];
  rows: ExperimentRow[];
}

/** A published figure, for one model and metric. */
export interface PublishedValue {
  value: number;
  rowLabel: string;
  /** `LAMBADA ACC`. */
  columnLabel: string;
}

/** Key of the note of rows that were read off a drawing: nobody published them as numbers. */
export const BY_EYE = 'by-eye';

/** The folder that comes with the package; from src/ and from dist/ it is equally far. */
const experimentsFolder = fileURLToPath(new URL('../../experiments/', import.meta.url));

const experimentShape = object<Experiment>(
  {
    id: text,
    title: text,
    source: text,
    notes: dictionary(text),
    columns: list(
      object<ExperimentColumn>(
        {
          id: text,
          heading: list(text, 1),
          task: text,
          metric: text,
          unit: oneOf(...metricUnits),
          higherIsBetter: flag,
          notes: optional(list(text)),
          variant: optional(dictionary(text)),
          variants: optional(list(text)),
          definition: optional(oneOf(...modelSizes)),
          detail: optional(object<DetailColumn>({ id: text, key: text, value: text }, { exact: true })),
          parts: optional(
            list(object<ColumnPart>({ task: text, metrics: list(text, 1) }, { exact: true }), 1),
          ),
        },
        { exact: true },
      ),
      1,
    ),
    rows: list(
      object<ExperimentRow>(
        {
          id: text,
          label: text,
          model: orNull(text),
          unpublished: optional(
            object<UnpublishedModel>({ architecture: oneOf('lstm'), units: count }, { exact: true }),
          ),
          baseline: optional(text),
          variant: optional(dictionary(text)),
          key: optional(text),
          published: list(orNull(printedNumber)),
          notes: optional(list(text)),
        },
        { exact: true },
      ),
      1,
    ),
  },
  { exact: true },
);

/** The published table of that name. Throws UsageError for an unknown name, DataError for a malformed file. */
export async function readExperiment(id: string, folder = experimentsFolder): Promise<Experiment> {
  const ids = await listIds(folder);
  if (!ids.includes(id)) {
    throw new UnknownNameError('table', id, ids);
  }
  const file = join(folder, `${id}.json`);
  return checkExperiment(await readJsonFile(file), file, id);
}

/** Every published table, by name. Throws DataError for a malformed file. */
export async function listExperiments(folder = experimentsFolder): Promise<Experiment[]> {
  const ids = await listIds(folder);
  return Promise.all(ids.map((id) => readExperiment(id, folder)));
}

/** What decides where a result belongs. */
export interface ResultOf {
  task: Pick<Result['task'], 'name' | 'variant'>;
  model: Pick<Result['model'], 'name' | 'exportOf' | 'onnx'>;
  finetuning?: { changed: readonly string[] };
}

/** What the paper printed beside a metric of a result, if anything. */
export function publishedValue(
  experiment: Experiment,
  { task, model, finetuning }: ResultOf,
  metric: string,
): PublishedValue | undefined {
  const result = { task, model: { name: publishedModel(model) }, finetuning };
  for (const row of experiment.rows) {
    for (const [place, column] of experiment.columns.entries()) {
      const printed = row.published[place];
      if (printed === null || printed === undefined || metricOf(row, column) !== metric) continue;
      if (column.detail !== undefined || column.parts !== undefined) continue;
      if (standsIn(result, row, column)) {
        return { value: Number(printed), rowLabel: row.label, columnLabel: column.heading.join(' ') };
      }
    }
  }
  return undefined;
}

/** Whether results like this one are what a cell is about: the right model, the right task, with the right options. */
export function standsIn(result: ResultOf, row: ExperimentRow, column: ExperimentColumn): boolean {
  const { task, model } = result;
  if (!tasksOf(column).includes(task.name)) return false;
  if (row.baseline === undefined && row.model !== model.name) return false;
  return hasVariant({ variant: variantOf(result) }, { ...column.variant, ...row.variant });
}

/** The tasks whose results a column takes its numbers from. */
export function tasksOf({ task, parts }: Pick<ExperimentColumn, 'task' | 'parts'>): string[] {
  return parts === undefined ? [task] : parts.map((part) => part.task);
}

/** Whether a table has a number of a task: some tasks are variations that no paper prints. */
export function hasColumnOf({ columns }: Experiment, task: string): boolean {
  return columns.some((column) => tasksOf(column).includes(task));
}

/** The metric that stands in a cell. */
export function metricOf({ baseline }: ExperimentRow, { metric }: ExperimentColumn): string {
  return baseline === undefined ? metric : `${baseline}_${metric}`;
}

/** Tables are called by their paper; what else lies in the folder is no table. */
const isTable = /^gpt\d-.*\.json$/;

async function listIds(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => isTable.test(name))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

function checkExperiment(value: unknown, file: string, id: string): Experiment {
  const experiment = checkShape(experimentShape, value, file, 'the table is malformed.');
  const { columns, rows, notes } = experiment;
  const refuse = (
    at: string,
    problem: string,
    expected?: string | number,
    found?: string | number,
  ): never => {
    throw new DataError({ file, at, problem, expected, found });
  };
  if (experiment.id !== id) refuse('id', 'it differs from the name of the file.', id, experiment.id);
  for (const [name, parts] of Object.entries({ columns, rows })) {
    const seen = new Set<string>();
    parts.forEach((part, place) => {
      const at = `${name}[${place}]`;
      if (seen.has(part.id)) refuse(`${at}.id`, `${part.id} is there twice.`);
      seen.add(part.id);
      const unknown = part.notes?.find((note) => !Object.hasOwn(notes, note));
      if (unknown !== undefined) refuse(`${at}.notes`, `there is no note ${unknown}.`);
    });
  }
  rows.forEach(({ model, published }, place) => {
    const at = `rows[${place}]`;
    if (published.length !== columns.length) {
      refuse(`${at}.published`, 'it must have one figure per column.', columns.length, published.length);
    }
    if (model !== null && findRegisteredModel(model)?.name !== model) {
      refuse(`${at}.model`, `${model} is not the name of a registered model.`);
    }
  });
  return experiment;
}
