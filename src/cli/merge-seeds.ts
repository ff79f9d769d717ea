/** `gpt merge` of result files: runs that differ in their seed alone, made on whatever machines, summed up as one sweep over seeds. */
import { UsageError } from '../errors.js';
import { summarizeSeeds } from '../finetuning/sweep.js';
import type { Result } from '../results/result.js';
import { describeWritten, readResult, writeResult } from '../results/results-folder.js';
import type { Output } from './output.js';

/** Flags of `gpt merge`. */
export interface MergeOptions {
  results: string;
  /** File of the user's own benchmark that journals are of. */
  benchmark?: string;
  json: boolean;
  /** The command line, for a result that no single command is known for. */
  command: string;
}

/** Whether these are results and not journals. */
export const areResults = (files: readonly string[]) => files.every((file) => file.endsWith('.json'));

/**
 * Sums up every kind of run that is there with two seeds or more, and writes its result. Results of other kinds are passed over: a
 * folder's files can be named all together. Throws UsageError where no two belong together.
 */
export async function mergeSeeds(
  files: readonly string[],
  options: MergeOptions,
  output: Output,
): Promise<void> {
  const kinds = new Map<string, Map<number, Result>>();
  for (const file of files) {
    const result = await readResult(file);
    if (result.finetuning === undefined || result.sweep !== undefined) continue;
    const { seed, ...settings } = result.finetuning.settings;
    const { task, model, data, finetuning } = result;
    const key = JSON.stringify([task, model.sha256, data.sha256, finetuning.train.sha256, settings]);
    kinds.set(key, (kinds.get(key) ?? new Map<number, Result>()).set(seed, result));
  }
  const groups = [...kinds.values()].filter(({ size }) => size > 1);
  if (groups.length === 0) {
    throw new UsageError('No two of these results are runs of the same kind with other seeds.', {
      hint: 'They must agree in task, model, data and every setting of fine-tuning but the seed.',
    });
  }
  const written: Result[] = [];
  for (const group of groups) {
    const runs = [...group].sort(([a], [b]) => a - b).map(([, result]) => result);
    const seeds = runs.map(({ finetuning }) => finetuning!.settings.seed).join(',');
    const command = `${runs[0]!.command.replace(/ --seed[ =]\d+/, '')} --seeds=${seeds}`;
    const result = { ...summarizeSeeds(runs), command };
    output.err(describeWritten(await writeResult(options.results, result)));
    written.push(result);
  }
  if (options.json) output.out(JSON.stringify(written.length === 1 ? written[0] : written, null, 2));
}
