/**
 * The command that computes a result again, made from what the result says. The command line that it was first made with may
 * have had other things in mind: several tasks at once, a shard, a file for samples.
 */
import { settingFlags, settingName } from '../finetuning/settings.js';
import { OVERLAP_TASK } from '../overlap/published-texts.js';
import type { Result } from '../results/result.js';
import { isOwnBenchmark } from '../tasks/own-benchmark.js';
import { commandLine } from './options.js';
import { taskFlags } from './task-flags.js';

/**
 * Words after `gpt`. `dataPath` is a file or folder for --data; without it the data is where it always is. Undefined for a
 * result that its record is not enough for: with a dictionary, whose file it does not name, or of a benchmark file, which is a program
 * that only its user may start.
 */
export function rerunWords(result: Result, dataPath?: string): string[] | undefined {
  const { task, model, data, settings, finetuning, sweep } = result;
  if (isOwnBenchmark(task.name)) return undefined;
  // Of texts of the user nothing but the command says where they are.
  if (isOverlap(result)) return splitCommand(result.command).slice(1);
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

/** Whether a result is of `gpt overlap`, which no task of the other commands measures. */
export function isOverlap({ task }: Pick<Result, 'task'>): boolean {
  return task.name.startsWith(OVERLAP_TASK);
}

/** The paths behind the flags --test and --train of a recorded command line. */
export function recordedTexts(command: string): string[] {
  let flag = '';
  return splitCommand(command).filter((word) => {
    if (word.startsWith('-')) flag = word;
    return word !== flag && ['--test', '--train'].includes(flag);
  });
}

/** Words of a command line as results record it (`commandLine`). */
function splitCommand(command: string): string[] {
  const words = command.matchAll(/(?<=^| )(?:'((?:[^']|'\\'')*)'|(\S+))(?= |$)/g);
  return Array.from(words, ([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? plain!);
}

/**
 * The command line for a result that was put together from parts. Data that is whole is found wherever it is; a file of the user is
 * named as the result names it, without its folder. Undefined where `rerunWords` is.
 */
export function rerunCommand(result: Result): string | undefined {
  const { source, complete, file } = result.data;
  const words = rerunWords(result, source === 'file' && !complete ? file : undefined);
  return words && commandLine(['node', 'gpt', ...words]);
}

/** With an equals sign, because a value may begin with a minus. */
const flag = (name: string, value: string | number) => `--${name}=${value}`;

/** What `--data` was on a command line as results record it; undefined where it was not given, or was `sample`. */
export function recordedDataPath(command: string): string | undefined {
  const words = splitCommand(command);
  const place = words.indexOf('--data');
  const assigned = words.find((word) => word.startsWith('--data='))?.slice('--data='.length);
  const path = place < 0 ? assigned : words[place + 1];
  return path === 'sample' ? undefined : path;
}
