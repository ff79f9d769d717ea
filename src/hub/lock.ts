import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { UserError } from '../errors.js';
import { makeFolder } from '../files/folder.js';

/**
 * A lock whose holder has not touched it for that long is taken over: its process was killed. The holder touches it
 * every half of that, so only a machine that stands still for longer could lose it, and then notices.
 * @internal
 */
export const LOCK_STALE_MS = 10_000;

/** How often a waiting process looks again. */
const LOCK_POLL_MS = 250;

/**
 * Runs `work` while holding the lock at `path`, so that of all processes only one writes the file behind it. Waits as
 * long as another holds it (a 6 GB file takes its time), calling `onWait` once. The signal given to `work` is aborted
 * by `signal` and when the lock is lost (the machine slept and another process took over).
 */
export async function withLock<T>(
  path: string,
  options: { signal?: AbortSignal; onWait?: () => void },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await makeFolder(dirname(path));
  const lost = new AbortController();
  let waited = false;
  let release: (() => Promise<void>) | undefined;
  while (release === undefined) {
    options.signal?.throwIfAborted();
    release = await acquire(path, lost);
    if (release === undefined) {
      if (!waited) options.onWait?.();
      waited = true;
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
    }
  }
  try {
    return await work(options.signal ? AbortSignal.any([options.signal, lost.signal]) : lost.signal);
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    // A lost lock belongs to its new holder: there is nothing left to release.
    if (!lost.signal.aborted) await release().catch(() => {});
  }
}

async function acquire(path: string, lost: AbortController): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lock(path, {
      lockfilePath: path,
      // The path names the lock itself, which does not exist yet, so there is nothing to resolve.
      realpath: false,
      stale: LOCK_STALE_MS,
      onCompromised: () =>
        lost.abort(
          new UserError(
            'Another process took over this download because this one stood still for too long.',
            {
              hint: 'Run the same command again: it waits for the other one, then uses its file.',
            },
          ),
        ),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw error;
  }
}
