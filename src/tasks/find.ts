import type { Dataset } from '../datasets/dataset.js';
import { UsageError } from '../errors.js';
import { UnknownNameError } from '../unknown-name.js';
import type { AnyFinetuneTask } from './finetune-task.js';
import { ABLATION_GROUP, finetuneGroups, finetuneTasks, taskDefinitions, taskGroups } from './index.js';
import { isBenchmarkFile, loadOwnBenchmark } from './own-benchmark.js';
import type { AnyTask, TaskDefinition, TaskOption, TaskResources } from './task.js';

/** A task of either command. */
export type ListedTask = AnyTask | AnyFinetuneTask;

/** Every task there is, with the default values of its options. */
export const allTasks: readonly ListedTask[] = [
  ...taskDefinitions.map((definition) => createTask(definition)),
  ...finetuneTasks,
];

/** Which command runs it. */
export function commandOf(task: ListedTask): 'eval' | 'finetune' {
  return 'dataset' in task ? 'eval' : 'finetune';
}

/** The data sets of a task: the one it measures on, or the one it trains on and the one it measures on. */
export function datasetsOf(task: ListedTask): Dataset<unknown>[] {
  if ('dataset' in task) return [task.dataset];
  return [task.train, task.dev, ...(task.further ?? []).map(({ dataset }) => dataset)];
}

/**
 * The tasks of those names, groups or benchmark files, in that order, each once, with the given options. An option goes to every task
 * that has it. Throws UsageError with the nearest name for a task that does not exist, and for an option that none of them has, and
 * what `loadOwnBenchmark` throws.
 */
export async function findTasks(
  names: readonly string[],
  given: Readonly<Record<string, string>> = {},
  resources: TaskResources = {},
): Promise<AnyTask[]> {
  const single = [...new Set(names.flatMap((name) => taskGroups[name] ?? [name]))];
  const definitions = await Promise.all(
    single.map((name) => (isBenchmarkFile(name) ? loadOwnBenchmark(name) : findDefinition(name))),
  );
  for (const name of Object.keys(given)) {
    if (definitions.some(({ options }) => options.some((option) => option.name === name))) continue;
    const having = taskDefinitions.filter(({ options }) => options.some((option) => option.name === name));
    throw new UsageError(
      `${single.join(' and ')} ${single.length > 1 ? 'have' : 'has'} no option --${name}.`,
      {
        hint: `Those have: ${having.map((definition) => definition.name).join(', ')}.`,
      },
    );
  }
  for (const resource of Object.keys(resources) as (keyof TaskResources)[]) {
    if (definitions.some(({ uses }) => uses?.includes(resource))) continue;
    const using = taskDefinitions.filter(({ uses }) => uses?.includes(resource)).map(({ name }) => name);
    throw new UsageError(`${single.join(' and ')}: no use for --${resource}.`, {
      hint: `It is for ${using.join(', ')}.`,
    });
  }
  return definitions.map((definition) => createTask(definition, given, resources));
}

/**
 * A task with the given options, the others at their defaults. Values that its options do not have are left out when the
 * option is another task's; a wrong value throws UsageError.
 */
export function createTask(
  definition: TaskDefinition,
  given: Readonly<Record<string, string>> = {},
  resources: TaskResources = {},
): AnyTask {
  const values: Record<string, string> = {};
  const variant: Record<string, string> = {};
  for (const option of definition.options) {
    const value = given[option.name] ?? option.default;
    checkValue(definition.name, option, value);
    values[option.name] = value;
    if (value !== option.default) variant[option.name] = value;
  }
  const { dictionary } = resources;
  if (dictionary && definition.uses?.includes('dictionary')) variant.dictionary = dictionary.label;
  const task = definition.create(values, resources);
  return Object.keys(variant).length === 0 ? task : { ...task, variant };
}

function checkValue(task: string, { name, choices }: TaskOption, value: string): void {
  if (choices === undefined ? /^[1-9]\d*$/.test(value) : choices.includes(value)) return;
  throw new UsageError(`--${name} ${value}: ${task} has no such ${name}.`, {
    hint: choices === undefined ? 'It is a whole number from 1.' : `It is one of: ${choices.join(', ')}.`,
  });
}

function findDefinition(name: string): TaskDefinition {
  return findByName(name, taskDefinitions, 'eval', Object.keys(taskGroups));
}

/** The task of that name, of either command. Throws UsageError with the nearest name for one that does not exist. */
export function findListedTask(name: string): ListedTask {
  const found = allTasks.find((task) => task.name === name);
  if (found !== undefined) return found;
  throw unknownTask(name, [
    ...allTasks.map((task) => task.name),
    ...[...Object.keys(taskGroups), ...Object.keys(finetuneGroups)],
  ]);
}

function unknownTask(name: string, known: readonly string[]): UnknownNameError {
  return new UnknownNameError('task', name, known, 'Run "gpt tasks" for the list.');
}

/** The zero-shot task of that name, or undefined. */
export function lookUpDefinition(name: string): TaskDefinition | undefined {
  return taskDefinitions.find((definition) => definition.name === name);
}

/** What names on the command line of `gpt finetune` stand for. */
export interface ChosenFinetuneTasks {
  /** Run with their settings. */
  tasks: AnyFinetuneTask[];
  /** Run in every variation of the ablation study. */
  ablationTasks: AnyFinetuneTask[];
}

/** The fine-tuning tasks of those names or groups, each once. Throws UsageError with the nearest name for one that does not exist. */
export function findFinetuneTasks(names: readonly string[]): ChosenFinetuneTasks {
  const find = (chosen: readonly string[]) =>
    [...new Set(chosen.flatMap((name) => finetuneGroups[name] ?? [name]))].map((name) =>
      findByName(name, finetuneTasks, 'finetune', Object.keys(finetuneGroups)),
    );
  return {
    tasks: find(names.filter((name) => name !== ABLATION_GROUP)),
    ablationTasks: names.includes(ABLATION_GROUP) ? find([ABLATION_GROUP]) : [],
  };
}

/**
 * The tasks of those names if all of them need training first, which `gpt eval` then measures a fine-tuned model on; undefined if
 * none does. Throws UsageError for a mixture.
 */
export function findTrainedTasks(names: readonly string[]): AnyFinetuneTask[] | undefined {
  const found = [...new Set(names)].flatMap((name) => finetuneTasks.filter((task) => task.name === name));
  if (found.length === 0) return undefined;
  if (found.length === new Set(names).size) return found;
  throw new UsageError(
    `A fine-tuned model is measured on ${found.map(({ name }) => name).join(', ')} alone; the other tasks are for any model.`,
    {
      hint: 'Run "gpt eval" once for these and once for those.',
    },
  );
}

function findByName<Found extends { name: string }>(
  name: string,
  list: readonly Found[],
  command: string,
  groups: readonly string[] = [],
): Found {
  const task = list.find((candidate) => candidate.name === name);
  if (task !== undefined) return task;
  const other = command === 'eval' ? 'finetune' : 'eval';
  const others: readonly { name: string }[] = command === 'eval' ? finetuneTasks : taskDefinitions;
  if (others.some((candidate) => candidate.name === name)) {
    throw new UsageError(`"${name}" is no task of gpt ${command}.`, { hint: `Try "gpt ${other} ${name}".` });
  }
  const otherGroups = command === 'eval' ? finetuneGroups : taskGroups;
  if (Object.hasOwn(otherGroups, name)) {
    throw new UsageError(`"${name}" is a group of tasks of gpt ${other}.`, {
      hint: `Try "gpt ${other} ${name}".`,
    });
  }
  throw unknownTask(name, [...list.map((candidate) => candidate.name), ...groups]);
}
