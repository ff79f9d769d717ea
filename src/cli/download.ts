import { resolveCheckpoint } from '../checkpoints/resolve.js';
import type { Dataset } from '../datasets/dataset.js';
import { downloadFile } from '../hub/download.js';
import type { DownloadOptions } from '../hub/progress.js';
import type { AnyTask } from '../tasks/task.js';
import type { CommandContext } from './context.js';
import { downloadReporter } from './progress.js';

/** Flags of `gpt download`. */
export interface DownloadCommandOptions {
  json: boolean;
  /** Ask the hub for a newer version of what is cached. */
  refresh: boolean;
}

/** Fetches models and the data of tasks into the cache that all Hugging Face tools share, and prints where they are. */
export async function runDownload(
  names: readonly string[],
  tasks: readonly AnyTask[],
  options: DownloadCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { output, line, signal, env } = context;
  const downloads: DownloadOptions = {
    signal,
    env,
    refresh: options.refresh,
    onProgress: downloadReporter(line),
  };
  const fetched: { name: string; path: string }[] = [];
  for (const name of names) {
    const task = tasks.find((candidate) => candidate.name === name);
    const path = task
      ? await downloadFile({ ...(task.dataset as Dataset<unknown>).hub, type: 'dataset' }, downloads)
      : (await resolveCheckpoint(name, downloads)).location;
    line.clear();
    if (!options.json) output.out(`${name}: ${path}`);
    fetched.push({ name, path });
  }
  if (options.json) output.out(JSON.stringify(fetched, null, 2));
}
