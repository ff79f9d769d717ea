import { UsageError } from '../errors.js';
import { mergeJournals } from '../evaluation/merge.js';
import { buildResult } from '../runs/build-result.js';
import type { JournalContent } from '../runs/journal.js';
import { createTask, lookUpDefinition } from '../tasks/find.js';
import { loadOwnBenchmark } from '../tasks/own-benchmark.js';
import type { AnyTask } from '../tasks/task.js';
import { describeEnvironment } from './environment.js';
import { publishResult } from './eval.js';
import { areResults, type MergeOptions, mergeSeeds } from './merge-seeds.js';
import type { Output } from './output.js';
import { rerunCommand } from './rerun.js';

/**
 * Joins the journals of all shards of a run into one result, which names the command of the undivided run: the journals may be gone
 * when somebody wants the number again. Of results instead of journals, runs with other seeds become their mean.
 */
export async function runMerge(
  files: readonly string[],
  options: MergeOptions,
  output: Output,
): Promise<void> {
  if (areResults(files)) return mergeSeeds(files, options, output);
  const { contents, records, finishedAt } = await mergeJournals(files);
  const task = await taskOfJournal(contents, options.benchmark);
  const circumstances = { command: options.command, environment: describeEnvironment(0), finishedAt };
  const joined = buildResult(task, contents, records, circumstances);
  const result = { ...joined, command: rerunCommand(joined) ?? options.command };
  await publishResult(result, task, options, output);
  if (options.json) output.out(JSON.stringify(result, null, 2));
}

/**
 * The task that journals are of, with its options; `benchmark` is the file of one of the user's own. Throws UsageError where this
 * version, or the file, does not have it.
 */
export async function taskOfJournal(
  contents: readonly JournalContent[],
  benchmark?: string,
): Promise<AnyTask> {
  const { name, version, variant } = contents[0]!.header.identity.task;
  const own = benchmark === undefined ? undefined : await loadOwnBenchmark(benchmark);
  if (own !== undefined && own.name !== name) {
    throw new UsageError(`The journals are of task ${name}, and ${benchmark} declares ${own.name}.`, {
      hint: 'A benchmark that was changed has to be run again.',
    });
  }
  const definition = own ?? lookUpDefinition(name);
  const task = definition && createTask(definition, variant);
  if (task === undefined || task.version !== version) {
    throw new UsageError(
      `The journals are of task ${name}, version ${version}, which this version does not have.`,
      {
        hint: task
          ? `It has version ${task.version}: run it again.`
          : 'Of a benchmark of your own, name its file with --benchmark.',
      },
    );
  }
  return task;
}
