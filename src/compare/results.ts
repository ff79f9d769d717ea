/** Numbers on the tasks that the models have in common: published ones and ours. */

import { BY_EYE, type Experiment, type ExperimentColumn, metricOf } from '../reports/experiment.js';
import { partOfData } from '../results/comparable.js';
import { formatEstimate } from '../results/format.js';
import type { Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import type { ComparedModel } from './model.js';
import type { ComparedRow, Section } from './section.js';

/** What was found for one model and one metric of a task. */
interface Found {
  value: string;
  source: string;
  /** A paper prints it of the model as it is, without an ablation. */
  isMain?: true;
}

/** Every metric for which each model has a number, ours or published, and those that a paper prints of one of them as it is. */
export function compareResults(
  models: readonly ComparedModel[],
  experiments: readonly Experiment[],
  results: readonly Result[],
): Section {
  const whole = results.filter((result) => partOfData(result) === undefined);
  const numbers = models.map(({ name }) => collect(name, experiments, whole));
  const keys = [...new Set(numbers.flatMap((known) => [...known.keys()]))];
  const isCommon = (key: string) => numbers.every((known) => known.has(key));
  const isPrinted = (key: string) => numbers.some((known) => known.get(key)?.some(({ isMain }) => isMain));
  const countOf = (key: string) => numbers.filter((known) => known.has(key)).length;
  const shown = keys.filter((key) => isCommon(key) || isPrinted(key)).sort((a, b) => countOf(b) - countOf(a));
  const rows = shown.map((what): ComparedRow => {
    const found = numbers.map((known) => known.get(what));
    return {
      what,
      values: found.map((list) => list?.map(({ value }) => value).join('\n') ?? null),
      sources: found
        .map((list) => list && [...new Set(list.map(({ source }) => source))].join('; '))
        .map((source) => source ?? null),
    };
  });
  const alone = models.flatMap(({ name }, place) => {
    const own = [...numbers[place]!.keys()].filter((key) => !shown.includes(key));
    const tasks = [...new Set(own.map((key) => key.split(':')[0]!))];
    return tasks.length === 0 ? [] : `Numbers of ${name} only: ${tasks.join(', ')}.`;
  });
  const notes = keys.some(isCommon) ? alone : ['No task has numbers of every one of these models.', ...alone];
  return { id: 'results', title: 'Results', rows, notes };
}

/** Numbers of one model by task and metric. */
function collect(
  model: string,
  experiments: readonly Experiment[],
  results: readonly Result[],
): Map<string, Found[]> {
  const known = new Map<string, Found[]>();
  const add = (key: string, found: Found) => {
    const before = known.get(key) ?? [];
    // A paper may print a number twice.
    if (!before.some(({ value }) => value === found.value)) known.set(key, [...before, found]);
  };
  for (const { rows, columns, id } of experiments) {
    for (const row of rows) {
      if (row.model !== model || row.notes?.includes(BY_EYE)) continue;
      columns.forEach((column, place) => {
        const published = row.published[place];
        if (published === null || published === undefined || !isNumberOfTask(column)) return;
        const key = keyOf(column.task, { ...column.variant, ...row.variant }, metricOf(row, column));
        add(key, {
          value: `paper ${published}`,
          source: `experiments/${id}.json`,
          ...(row.variant === undefined && { isMain: true }),
        });
      });
    }
  }
  for (const result of results) {
    if (result.model.name !== model) continue;
    for (const metric of result.metrics) {
      const changed = result.finetuning?.changed ?? [];
      const settings = Object.fromEntries(changed.map((setting) => [setting, '']));
      const key = keyOf(result.task.name, { ...result.task.variant, ...settings }, metric.id);
      add(key, { value: `ours ${formatEstimate(metric)}`, source: `results/${resultFileName(result)}` });
    }
  }
  return known;
}

/** Whether a column is a metric of its task: not a size, not a line of a list, not a mean that no run of the task gives. */
function isNumberOfTask({ task, definition, detail, parts }: ExperimentColumn): boolean {
  const isMean = parts?.some((part) => part.task === task) ?? false;
  return definition === undefined && detail === undefined && !isMean;
}

function keyOf(task: string, variant: Readonly<Record<string, string>>, metric: string): string {
  const options = Object.entries(variant)
    .map(([name, value]) => ` ${name}${value === '' ? '' : ` ${value}`}`)
    .sort();
  return `${task}${options.join(',')}: ${metric}`;
}
