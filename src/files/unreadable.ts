import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import { systemReason } from './system-reason.js';

/** The error for a file or folder that the system refuses to read. */
export function unreadable(file: string, cause: unknown): UserError {
  // What a folder holds may be what cannot be read: a link to nowhere.
  const place = (cause as NodeJS.ErrnoException | undefined)?.path ?? file;
  return new UserError(
    `Cannot read ${resolve(place) === resolve(file) ? file : place}: ${systemReason(cause)}.`,
    {
      hint: 'Check the name and that you may read it.',
      cause,
    },
  );
}

/** Throws UserError for what is no file on a disk, such as a pipe, where something is read more than once, or cannot be read. */
export async function refusePipe(file: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (found.isFile()) return;
  throw new UserError(`${file} is no file on a disk, and it has to be read more than once.`, {
    hint: 'Write it into a file and pass that.',
  });
}
