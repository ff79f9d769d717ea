import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { formatBytes } from '../format.js';

/** A folder that files are written to, and the variables by which the user can choose another. */
export interface WritableFolder {
  path: string;
  /** `HF_HOME` for the shared cache, `GPT_CACHE` for our own. */
  variable: string;
}

/** Kept free beyond the file itself: a disk filled to the last block makes other programs fail. */
const SPARE_BYTES = 16 << 20;

/** Throws UserError when the disk of that folder has less than `bytes` free, before a long download fails at its end. */
export async function checkFreeSpace(folder: WritableFolder, bytes: number): Promise<void> {
  const free = await freeBytes(folder.path);
  if (free === undefined || free >= bytes + SPARE_BYTES) return;
  throw new UserError(
    `Not enough space in ${folder.path}: ${formatBytes(bytes)} are needed, ${formatBytes(free)} are free.`,
    { hint: `Free some space, or set ${folder.variable} to a folder on another disk.` },
  );
}

/** Free bytes for this user where the folder is or will be; undefined where the system does not say. */
async function freeBytes(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize, blocks } = await statfs(path);
      return blocks === 0 ? undefined : bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) return undefined;
    }
  }
}

/**
 * The UserError for a failed write: full disk, read-only or forbidden folder, a file where a folder should be.
 * Any other error comes back as it is. `keptBytes` of a partial file are there for the next run.
 */
export function explainWriteError(error: unknown, folder: WritableFolder, keptBytes = 0): unknown {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(`The disk of ${folder.path} is full (or your quota is).`, {
        hint:
          `Free some space and run the same command again${keptBytes > 0 ? `: it goes on after the ${formatBytes(keptBytes)} that are already there` : ''}. ` +
          `Or set ${folder.variable} to a folder on another disk.`,
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`Cannot write to ${folder.path}: it is read-only for you.`, {
        hint: `Set ${folder.variable} to a folder that you may write to.`,
        cause: error,
      });
    // Making folders recursively on a read-only disk says this as well.
    case 'ENOENT':
      return new UserError(`Cannot write to ${folder.path}: it is not there and cannot be made.`, {
        hint: `Set ${folder.variable} to a folder that you may write to.`,
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new UserError(`Cannot use ${folder.path}: a file is in the way.`, {
        hint: `Set ${folder.variable} to a folder.`,
        cause: error,
      });
    default:
      return error;
  }
}
