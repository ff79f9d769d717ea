import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserError } from '../errors.js';
import { writeFully } from '../files/atomic-file.js';
import { explainWriteError, type WritableFolder } from '../files/space.js';

/** How long a lock without a name is waited for: another process makes the file and writes into it at once. */
const EMPTY_LOCK_MS = 500;

/**
 * Keeps two processes from writing the same journal. The lock names process and machine, so that one left behind by a
 * killed process is recognised at once and a resumed run need not wait for it to grow old. An empty one, left where the disk was
 * full, belongs to nobody. `target` names the folder where the lock cannot be written. Throws UserError for that, and while another
 * process holds it.
 */
export async function lockRun(
  journal: string,
  target: WritableFolder = { path: path.dirname(journal), variable: '--results' },
): Promise<() => Promise<void>> {
  const file = `${journal}.lock`;
  const mine = `${process.pid} ${hostname()}\n`;
  for (;;) {
    try {
      await createWhole(file, mine);
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainWriteError(error, target);
    }
    const [pid = '', host = ''] = (await readHolder(file)).split(' ');
    if (pid !== '' && (host !== hostname() || isRunning(Number(pid)))) {
      throw new UserError(
        `Another process (${pid || 'unknown'} on ${host || 'an unknown machine'}) is already doing this run.`,
        {
          hint: `Wait for it, or delete ${file} if it is gone.`,
        },
      );
    }
    await rm(file, { force: true });
  }
}

/** Creates a file with that text, or none at all. */
async function createWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    try {
      await writeFully(handle, Buffer.from(text));
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** What a lock says, once it says anything; empty where it never does, or is gone. */
async function readHolder(file: string): Promise<string> {
  const read = async () => (await readFile(file, 'utf8').catch(() => '')).trim();
  const text = await read();
  if (text !== '') return text;
  await new Promise((resolve) => setTimeout(resolve, EMPTY_LOCK_MS));
  return read();
}

function isRunning(pid: number): boolean {
  // Process ids are used again: a lock with our own was left by somebody else.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
