import type { Dataset } from '../datasets/dataset.js';
import { UsageError } from '../errors.js';
import { nearest } from '../suggest.js';
import type { AnyFinetuneTask } from './finetune-task.js';
import { finetuneTasks, tasks } from './index.js';
import type { AnyTask } from './task.js';

/** A task of either command. */
export type ListedTask = AnyTask | AnyFinetuneTask;

/** Every task there is. */
export const allTasks: readonly ListedTask[] = [...tasks, ...finetuneTasks];

/** Which command runs it. */
export function commandOf(task: ListedTask): 'eval' | 'finetune' {
  return 'dataset' in task ? 'eval' : 'finetune';
}

/** The data sets of a task: the one it measures on, or the one it trains on and the one it measures on. */
export function datasetsOf(task: ListedTask): Dataset<unknown>[] {
  return 'dataset' in task ? [task.dataset] : [task.train, task.dev];
}

/** The tasks of those names, in that order, each once. Throws UsageError with the nearest name for one that does not exist. */
export function findTasks(names: readonly string[]): AnyTask[] {
  return [...new Set(names)].map((name) => findByName(name, tasks, 'eval'));
}

/** The fine-tuning task of that name. Throws UsageError with the nearest name when there is none. */
export function findFinetuneTask(name: string): AnyFinetuneTask {
  return findByName(name, finetuneTasks, 'finetune');
}

function findByName<Found extends { name: string }>(
  name: string,
  list: readonly Found[],
  command: string,
): Found {
  const task = list.find((candidate) => candidate.name === name);
  if (task !== undefined) return task;
  const other = command === 'eval' ? 'finetune' : 'eval';
  if (allTasks.some((candidate) => candidate.name === name)) {
    throw new UsageError(`"${name}" is no task of gpt ${command}.`, { hint: `Try "gpt ${other} ${name}".` });
  }
  const guess = nearest(
    name,
    list.map((candidate) => candidate.name),
  );
  throw new UsageError(`There is no task "${name}".${guess === undefined ? '' : ` Did you mean ${guess}?`}`, {
    hint: 'Run "gpt tasks" for the list.',
  });
}
