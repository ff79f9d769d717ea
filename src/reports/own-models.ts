/** Rows of models that nobody published, given to a model of one's own that has their architecture and size. */
import type { Result } from '../results/result.js';
import { type Experiment, type ExperimentRow, tasksOf } from './experiment.js';

/** The table with such rows named after the model that has most results for it; of equals the one that was run last. */
export function withOwnModels(experiment: Experiment, results: readonly Result[]): Experiment {
  if (experiment.rows.every(({ unpublished }) => unpublished === undefined)) return experiment;
  const tasks = new Set(experiment.columns.flatMap(tasksOf));
  const concerned = results.filter(({ task, data }) => tasks.has(task.name) && data.source !== 'sample');
  return { ...experiment, rows: experiment.rows.map((row) => withOwnModel(row, concerned)) };
}

function withOwnModel(row: ExperimentRow, results: readonly Result[]): ExperimentRow {
  const { unpublished } = row;
  if (unpublished === undefined) return row;
  const candidates = new Map<string, { tasks: Set<string>; last: number }>();
  for (const { task, model, time } of results) {
    const { config, name } = model;
    if (config.architecture !== unpublished.architecture || config.units !== unpublished.units) continue;
    const { tasks, last } = candidates.get(name) ?? { tasks: new Set(), last: 0 };
    candidates.set(name, { tasks: tasks.add(task.name), last: Math.max(last, Date.parse(time.finishedAt)) });
  }
  const [best] = [...candidates].sort(([, a], [, b]) => b.tasks.size - a.tasks.size || b.last - a.last);
  return best === undefined ? row : { ...row, model: best[0] };
}
