import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it; one that is there already is well. Returns the topmost
 * one that was not there. Throws what the system says. Node's own
 * `mkdir(…, { recursive: true })` never returns where the system answers ENOENT below a folder that exists, as in /proc.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let place = resolve(folder); !(await isThere(place)); place = dirname(place)) missing.unshift(place);
  for (const place of missing) {
    await mkdir(place).catch((error: NodeJS.ErrnoException) => {
      // Another process may have made it meanwhile.
      if (error.code !== 'EEXIST') throw error;
    });
  }
  // A file of that name is no folder: let the system say so.
  if (missing.length === 0 && !(await stat(folder)).isDirectory()) await mkdir(folder);
  return missing[0];
}

async function isThere(place: string): Promise<boolean> {
  try {
    await stat(place);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(place) !== place) return false;
    throw error;
  }
}
