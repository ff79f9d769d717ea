import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InterruptedError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError, type WritableFolder } from '../files/space.js';
import { formatBytes } from '../format.js';
import { withLock } from './lock.js';
import type { DownloadOptions } from './progress.js';
import { realClock } from './retry.js';
import type { TransferContext } from './transfer.js';

/** One file that some process has to bring to its place. */
export interface WriterJob {
  /** Name in messages and events. */
  file: string;
  /** Path of the lock that all processes take for this file. */
  lock: string;
  partial: string;
  folder: WritableFolder;
  /** Whether the file is in its place: asked again once the lock is held, as another process may have written it. */
  isThere(): Promise<boolean>;
  write(context: TransferContext): Promise<void>;
}

/** The surroundings of a transfer, with defaults filled in. */
export function contextOf(options: DownloadOptions): TransferContext {
  const { env = process.env, clock = realClock, signal, onProgress } = options;
  return { env, clock, signal, onProgress };
}

/**
 * Sees to it that a file is written by one process at a time; the others wait and then use it. Throws
 * InterruptedError when the signal is aborted and UserError when the folder cannot be written.
 */
export async function writeOnce(job: WriterJob, options: DownloadOptions): Promise<void> {
  const { file, lock, partial, folder } = job;
  const context = contextOf(options);
  try {
    await makeFolder(dirname(partial));
    const onWait = () => context.onProgress?.({ kind: 'locked', file });
    await withLock(lock, { signal: context.signal, onWait }, async (signal) => {
      if (!(await job.isThere())) await job.write({ ...context, signal });
    });
  } catch (error) {
    const keptBytes = (await stat(partial).catch(() => undefined))?.size ?? 0;
    throw (
      explainInterruption(error, options.signal, file, keptBytes) ??
      explainWriteError(error, folder, keptBytes)
    );
  }
}

/** The InterruptedError for whatever was thrown after the user's signal was aborted; undefined if it was not. */
export function explainInterruption(
  error: unknown,
  signal: AbortSignal | undefined,
  file: string,
  keptBytes = 0,
): InterruptedError | undefined {
  if (!signal?.aborted) return undefined;
  const kept = keptBytes > 0 ? `: it goes on after the ${formatBytes(keptBytes)} that are already there` : '';
  return new InterruptedError(`Stopped while fetching ${file}.`, {
    hint: `Run the same command again${kept}.`,
    cause: error,
  });
}
