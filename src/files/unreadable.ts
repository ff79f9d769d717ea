import { UserError } from '../errors.js';

/** The error for a file or folder that the system refuses to read. */
export function unreadable(file: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`Cannot read ${file}: ${reason}.`, {
    hint: 'Check the name and that you may read it.',
    cause,
  });
}
