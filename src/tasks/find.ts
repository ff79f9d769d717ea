import { UsageError } from '../errors.js';
import { nearest } from '../suggest.js';
import { tasks } from './index.js';
import type { AnyTask } from './task.js';

/** The tasks of those names, in that order, each once. Throws UsageError with the nearest name for one that does not exist. */
export function findTasks(names: readonly string[]): AnyTask[] {
  return [...new Set(names)].map((name) => {
    const task = tasks.find((candidate) => candidate.name === name);
    if (task !== undefined) return task;
    const guess = nearest(
      name,
      tasks.map((candidate) => candidate.name),
    );
    throw new UsageError(
      `There is no task "${name}".${guess === undefined ? '' : ` Did you mean ${guess}?`}`,
      {
        hint: 'Run "gpt tasks" for the list.',
      },
    );
  });
}
