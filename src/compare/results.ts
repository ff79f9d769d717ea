/** Numbers on the tasks that the models have in common: published ones and ours. */

import { type Experiment, metricOf } from '../reports/experiment.js';
import { partOfData } from '../results/comparable.js';
import { formatMetric, formatNumber } from '../results/format.js';
import type { Metric, Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import type { ComparedModel } from './model.js';
import type { ComparedRow, Section } from './section.js';

/** What was found for one model and one metric of a task. */
interface Found {
  value: string;
  source: string;
}

/** Every metric for which each model has a number, ours or published. */
export function compareResults(
  models: readonly ComparedModel[],
  experiments: readonly Experiment[],
  results: readonly Result[],
): Section {
  const whole = results.filter((result) => partOfData(result) === undefined);
  const numbers = models.map(({ name }) => collect(name, experiments, whole));
  const keys = [...new Set(numbers.flatMap((known) => [...known.keys()]))];
  const rows = keys
    .filter((key) => numbers.every((known) => known.has(key)))
    .map((what): ComparedRow => {
      const found = numbers.map((known) => known.get(what)!);
      return {
        what,
        values: found.map((list) => list.map(({ value }) => value).join('\n')),
        sources: found.map((list) => [...new Set(list.map(({ source }) => source))].join('; ')),
      };
    });
  const alone = models.flatMap(({ name }, place) => {
    const own = [...numbers[place]!.keys()].filter((key) => !numbers.every((known) => known.has(key)));
    const tasks = [...new Set(own.map((key) => key.split(':')[0]!))];
    return tasks.length === 0 ? [] : `Numbers of ${name} only: ${tasks.join(', ')}.`;
  });
  const notes = rows.length === 0 ? ['No task has numbers of every one of these models.', ...alone] : alone;
  return { id: 'results', title: 'Results on the same tasks', rows, notes };
}

/** Numbers of one model by task and metric. */
function collect(
  model: string,
  experiments: readonly Experiment[],
  results: readonly Result[],
): Map<string, Found[]> {
  const known = new Map<string, Found[]>();
  const add = (key: string, found: Found) => known.set(key, [...(known.get(key) ?? []), found]);
  for (const { rows, columns, id } of experiments) {
    for (const row of rows) {
      if (row.model !== model) continue;
      columns.forEach((column, place) => {
        const published = row.published[place];
        if (published === null || published === undefined) return;
        const key = keyOf(column.task, { ...column.variant, ...row.variant }, metricOf(row, column));
        add(key, { value: `paper ${published}`, source: `experiments/${id}.json` });
      });
    }
  }
  for (const result of results) {
    if (result.model.name !== model) continue;
    for (const metric of result.metrics) {
      const changed = result.finetuning?.changed ?? [];
      const settings = Object.fromEntries(changed.map((setting) => [setting, '']));
      const key = keyOf(result.task.name, { ...result.task.variant, ...settings }, metric.id);
      add(key, { value: `ours ${describe(metric)}`, source: `results/${resultFileName(result)}` });
    }
  }
  return known;
}

function keyOf(task: string, variant: Readonly<Record<string, string>>, metric: string): string {
  const options = Object.entries(variant)
    .map(([name, value]) => ` ${name}${value === '' ? '' : ` ${value}`}`)
    .sort();
  return `${task}${options.join(',')}: ${metric}`;
}

const describe = (metric: Metric) =>
  `${formatMetric(metric)}${metric.standardError === null ? '' : ` ± ${formatNumber(metric.standardError)}`}`;
