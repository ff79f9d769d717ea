import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { UserError } from '../errors.js';

/**
 * Keeps two processes from writing the same journal. The lock names process and machine, so that one left behind by a
 * killed process is recognised at once and a resumed run need not wait for it to grow old.
 */
export async function lockRun(journal: string): Promise<() => Promise<void>> {
  const file = `${journal}.lock`;
  const mine = `${process.pid} ${hostname()}\n`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', host = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
    if (host !== hostname() || isRunning(Number(pid))) {
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
