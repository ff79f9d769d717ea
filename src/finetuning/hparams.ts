/**
 * Settings in a file, `--hparams FILE`: for all tasks, and under `tasks` for single ones. The names are those of the flags.
 *
 *     { "epochs": 3, "tasks": { "rte": { "lr": 1e-4, "epochs": 10 } } }
 */
import { DataError, UserError } from '../errors.js';
import { isJsonObject, readJsonObject } from '../files/json-file.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import { nearest } from '../suggest.js';
import { paperSettings, settingFlags, settingName } from './settings.js';

/** What such a file says. */
export interface HyperParameters {
  all: Partial<FinetuneSettings>;
  tasks: Readonly<Record<string, Partial<FinetuneSettings>>>;
}

/** No file. */
export const noHyperParameters: HyperParameters = { all: {}, tasks: {} };

/** Reads such a file. Throws UserError where there is none, DataError naming file and key for what it should not hold. */
export async function readHyperParameters(
  file: string,
  knownTasks: readonly string[],
): Promise<HyperParameters> {
  const content = await readJsonObject(file);
  if (content === undefined) {
    throw new UserError(`--hparams ${file}: there is no such file.`, {
      hint: 'It is a JSON file such as {"lr": 1e-4, "tasks": {"rte": {"epochs": 10}}}.',
    });
  }
  const { tasks = {}, ...all } = content;
  if (!isJsonObject(tasks)) {
    throw new DataError({ file, at: 'tasks', problem: 'it must have an object for each task.' });
  }
  const perTask = Object.entries(tasks).map(([task, settings]) => {
    const at = `tasks.${task}`;
    if (!knownTasks.includes(task)) throw unknownKey(file, at, task, 'task', knownTasks);
    if (!isJsonObject(settings)) {
      throw new DataError({ file, at, problem: 'it must be an object with settings.' });
    }
    return [task, readSettings(settings, file, `${at}.`)] as const;
  });
  return { all: readSettings(all, file, ''), tasks: Object.fromEntries(perTask) };
}

/** The settings of a task: what was given on the command line, then the file's for the task and for all, then the paper's. */
export function settingsFor(
  task: string,
  given: Partial<FinetuneSettings>,
  { all, tasks }: HyperParameters,
): FinetuneSettings {
  return { ...paperSettings, ...all, ...tasks[task], ...given };
}

function readSettings(
  values: Record<string, unknown>,
  file: string,
  prefix: string,
): Partial<FinetuneSettings> {
  const settings: Partial<FinetuneSettings> = {};
  for (const [name, value] of Object.entries(values)) {
    const at = `${prefix}${name}`;
    const setting = settingFlags.find((candidate) => settingName(candidate) === name);
    if (setting === undefined) throw unknownKey(file, at, name, 'setting', settingFlags.map(settingName));
    const { key, whole, least, most } = setting;
    const isNone = value === null && setting.default === null;
    const fits =
      typeof value === 'number' && value >= least && value <= most && (!whole || Number.isSafeInteger(value));
    if (!isNone && !fits) {
      const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
      throw new DataError({
        file,
        at,
        problem: 'the setting has no such value.',
        expected: `a ${whole ? 'whole ' : ''}number ${range}`,
        found: JSON.stringify(value),
      });
    }
    Object.assign(settings, { [key]: value });
  }
  return settings;
}

function unknownKey(
  file: string,
  at: string,
  name: string,
  kind: string,
  known: readonly string[],
): DataError {
  const guess = nearest(name, known);
  return new DataError({
    file,
    at,
    problem: `there is no ${kind} "${name}".`,
    hint: guess === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${guess}?`,
  });
}
