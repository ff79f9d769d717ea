import { checkModelName, resolveCheckpoint } from '../checkpoints/resolve.js';
import { hubLocations } from '../datasets/locate.js';
import { downloadFile } from '../hub/download.js';
import type { DownloadOptions as HubOptions } from '../hub/progress.js';
import { allTasks, datasetsOf, findListedTask } from '../tasks/find.js';
import { finetuneGroups, taskGroups } from '../tasks/index.js';
import { UnknownNameError } from '../unknown-name.js';
import type { DownloadOptions } from './commands/download.js';
import type { CommandContext } from './context.js';
import { downloadReporter } from './progress.js';

/** Fetches models and the data of tasks into the cache that all Hugging Face tools share, and prints where they are. */
export async function runDownload(
  names: readonly string[],
  options: DownloadOptions,
  context: CommandContext,
): Promise<void> {
  const { output, line, signal, env } = context;
  const downloads: HubOptions = {
    signal,
    env,
    refresh: options.refresh,
    onProgress: downloadReporter(line),
  };
  // Names first: a mistyped one should not be found out after half a gigabyte of another.
  const wanted = [...new Set(names.flatMap((name) => taskGroups[name] ?? finetuneGroups[name] ?? [name]))];
  const taskOf = (name: string) => allTasks.find((candidate) => candidate.name === name);
  for (const name of wanted) if (taskOf(name) === undefined) await checkModelOrTask(name);
  const fetched: { name: string; path: string }[] = [];
  for (const name of wanted) {
    const task = taskOf(name);
    const paths: string[] = [];
    if (task === undefined) paths.push((await resolveCheckpoint(name, downloads)).location);
    for (const dataset of task === undefined ? [] : datasetsOf(task)) {
      for (const location of hubLocations(dataset)) {
        paths.push(await downloadFile({ ...location, type: 'dataset' }, downloads));
      }
    }
    line.clear();
    for (const path of paths) {
      if (!options.json) output.out(`${name}: ${path}`);
      fetched.push({ name, path });
    }
  }
  if (options.json) output.out(JSON.stringify(fetched, null, 2));
}

/** A mistyped name may mean a model or a task: the nearer one is proposed. */
async function checkModelOrTask(name: string): Promise<void> {
  try {
    await checkModelName(name);
  } catch (error) {
    if (!(error instanceof UnknownNameError) || error.message.includes('Did you mean')) throw error;
    findListedTask(name);
  }
}
