/**
 * The command that computes a result again, made from what the result says. The command line that it was first made with may
 * have had other things in mind: several tasks at once, a shard, a file for samples.
 */
import { settingFlags, settingName } from '../finetuning/settings.js';
import type { Result } from '../reports/result.js';
import { taskFlags } from './task-flags.js';

/**
 * Words after `gpt`. `dataPath` is a file or folder for --data; without it the data is where it always is. Undefined for a
 * result that its record is not enough for: with a dictionary, whose file it does not name.
 */
export function rerunWords(result: Result, dataPath?: string): string[] | undefined {
  const { task, model, data, settings, finetuning, sweep } = result;
  const sample = data.source === 'sample' ? 'sample' : dataPath;
  const common = [task.name, flag('model', model.name), ...(sample ? [flag('data', sample)] : [])];
  if (finetuning !== undefined) {
    const seeds = sweep?.setting === 'seed' ? sweep.runs.map(({ value }) => value) : sweep?.seeds;
    const layers = sweep?.setting === 'transfer-layers' ? sweep.runs.map(({ value }) => value) : undefined;
    // All settings, default or not: a task may have defaults of its own.
    const given = settingFlags.flatMap((setting) => {
      const swept = setting.key === 'transferLayers' ? layers?.join(',') : undefined;
      const value = swept ?? finetuning.settings[setting.key];
      return value === null || value === undefined ? [] : [flag(settingName(setting), value)];
    });
    return ['finetune', ...common, ...given, ...(seeds ? [flag('seeds', seeds.join(','))] : [])];
  }
  const options: string[] = [];
  for (const [name, value] of Object.entries(task.variant ?? {})) {
    const known = taskFlags.find((option) => option.name === name);
    if (known === undefined) return undefined;
    options.push(known.flag.startsWith('--no-') ? known.flag : flag(name, value));
  }
  const { limit, batchTokens, device, seed } = settings;
  return [
    ...['eval', ...common, ...options],
    ...(limit === null ? [] : [flag('limit', limit)]),
    ...[flag('batch-tokens', batchTokens), flag('device', device)],
    ...(seed === undefined ? [] : [flag('seed', seed)]),
  ];
}

/** With an equals sign, because a value may begin with a minus. */
const flag = (name: string, value: string | number) => `--${name}=${value}`;

/** What `--data` was on a command line as results record it; undefined where it was not given, or was `sample`. */
export function recordedDataPath(command: string): string | undefined {
  const found = /(?:^| )--data[ =](?:'((?:[^']|'\\'')*)'|(\S+))/.exec(command);
  const path = found?.[1]?.replaceAll("'\\''", "'") ?? found?.[2];
  return path === 'sample' ? undefined : path;
}
