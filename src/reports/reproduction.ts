/**
 * Every published number once more in one list: paper, what others measured with the published weights, ours, and whether ours
 * agrees. Derived from the papers' tables; nothing is typed here.
 */

import { formatNumber } from '../results/format.js';
import type { MetricUnit, Result } from '../results/result.js';
import { BY_EYE, type Experiment, type ExperimentColumn } from './experiment.js';
import { formatOthers, type OthersNumber } from './others.js';
import type { Sheet } from './sheet.js';
import { buildTable, type TableCell } from './table.js';

/** How ours stands to the paper's. */
export type Verdict = 'matches' | 'close' | 'differs' | 'not run';

/** What somebody else measured. */
export interface OthersValue {
  value: string;
  setting: string;
  source: string;
}

/** One published number. */
export interface Reproduction {
  /** The table it is from. */
  experiment: string;
  /** Row and column there. */
  model: string;
  column: string;
  task: string;
  metric: string;
  unit: MetricUnit;
  /** As printed. */
  paper: string;
  others: OthersValue[];
  ours?: number;
  difference?: number;
  standardError?: number;
  n?: number;
  verdict: Verdict;
}

/** Shares of the paper's value within which a number without a sampling error of its own matches, or is close. */
const MATCHES_WITHIN = 0.02;
const CLOSE_WITHIN = 0.1;

/** The rule of `verdictOf` in words. */
export const verdictRule =
  'Matches: within one standard error of the paper; perplexities, bits, and numbers that have no standard error also within 2 % of it. Close: those within 10 %. Any other number differs; the notes of its table say what may be the reason.';

/** Whether our number agrees with the printed one. Perplexities and bits are judged by their ratio to it. */
export function verdictOf(
  paper: number,
  { ours, standardError }: Pick<TableCell, 'ours' | 'standardError'>,
  unit: MetricUnit,
): Verdict {
  if (ours === undefined) return 'not run';
  const difference = Math.abs(ours - paper);
  if (standardError !== undefined && difference <= standardError) return 'matches';
  const byRatio = standardError === undefined || unit === 'perplexity' || unit.startsWith('bits');
  if (!byRatio) return 'differs';
  if (difference <= MATCHES_WITHIN * Math.abs(paper)) return 'matches';
  return difference <= CLOSE_WITHIN * Math.abs(paper) ? 'close' : 'differs';
}

/**
 * One entry for each published number that a task can measure, in the order of the tables. `others` are what is known from
 * elsewhere.
 */
export function listReproductions(
  experiments: readonly Experiment[],
  results: readonly Result[],
  others: readonly OthersNumber[],
): Reproduction[] {
  return experiments.flatMap((experiment) => {
    const table = buildTable(experiment, results);
    return experiment.rows.flatMap(({ label, model, baseline, published, notes = [] }, row) =>
      experiment.columns.flatMap((column, place): Reproduction[] => {
        // What somebody read off a drawing was never published as a number.
        const printed = notes.includes(BY_EYE) ? undefined : published[place];
        const isMeasured = column.definition === undefined && column.detail === undefined;
        if (!isMeasured || printed === null || printed === undefined) return [];
        if (model === null && baseline === undefined) return [];
        const cell = table.rows[row]!.cells[place]!;
        return [entryOf(experiment.id, label, column, printed, cell, model, others)];
      }),
    );
  });
}

function entryOf(
  experiment: string,
  row: string,
  { heading, task, metric, unit }: ExperimentColumn,
  paper: string,
  { published: _, ...own }: TableCell,
  model: string | null,
  others: readonly OthersNumber[],
): Reproduction {
  return {
    ...{ experiment, model: row, column: heading.join(' '), task, metric, unit, paper },
    others: model === null ? [] : othersFor(model, task, unit, others),
    ...own,
    verdict: verdictOf(Number(paper), own, unit),
  };
}

/** What others measured with one model on one task, as far as it is in that unit. */
export function othersFor(
  model: string,
  task: string,
  unit: MetricUnit,
  others: readonly OthersNumber[],
): OthersValue[] {
  return others
    .filter((one) => one.model === model && one.task === task && one.unit === unit)
    .map((one) => ({ value: formatOthers(one), setting: one.setting, source: one.source }));
}

/** The list as rows and columns. */
export function reproductionSheet(list: readonly Reproduction[]): Sheet {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of list) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const sources = [...new Set(list.flatMap(({ others }) => others.map(({ source }) => source)))];
  const describe = ({ value, setting, source }: OthersValue) =>
    `${value}${setting === '' ? '' : ` (${setting})`} [${sources.indexOf(source) + 1}]`;
  const text = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value));
  return {
    title: 'Published numbers, and whether they were found again',
    source: 'All tables of the papers in experiments/',
    head: ['table', 'model', 'measure', 'paper', 'others', 'ours', 'difference', 'std. error', 'verdict'],
    groupColumns: 2,
    align: ['left', 'left', 'left', 'right', 'left', 'right', 'right', 'right', 'left'],
    rows: list.map((one) => [
      one.experiment,
      one.model,
      one.column,
      one.paper,
      one.others.length === 0 ? '–' : one.others.map(describe).join('\n'),
      text(one.ours),
      one.difference === undefined ? '–' : `${one.difference > 0 ? '+' : ''}${text(one.difference)}`,
      text(one.standardError),
      one.verdict,
    ]),
    notes: [
      `${list.length} numbers: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`,
      verdictRule,
      ...sources.map((source, place) => `[${place + 1}] ${source}`),
    ],
  };
}
