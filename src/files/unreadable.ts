import { stat } from 'node:fs/promises';
import { UserError } from '../errors.js';

/** The error for a file or folder that the system refuses to read. */
export function unreadable(file: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`Cannot read ${file}: ${reason}.`, {
    hint: 'Check the name and that you may read it.',
    cause,
  });
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
