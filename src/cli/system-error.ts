import { UserError } from '../errors.js';
import { explainWriteError } from '../files/space.js';

/** What a full disk, a forbidden place or a closed pipe raises; anything else that the system says is a bug of ours. */
const outsideCauses = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE']);

/**
 * The UserError for a failure of the system that no command explained itself: of a file (named where the system names it) or of
 * the standard output. Any other error comes back as it is.
 */
export function explainSystemError(error: unknown): unknown {
  const { code, path, syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined || !outsideCauses.has(code)) return error;
  const place = { path: path ?? 'what is written', variable: 'the output (or TMPDIR)' };
  const explained = explainWriteError(error, place);
  return explained instanceof UserError
    ? explained
    : new UserError(`The system says: ${message}`, { cause: error });
}

/** The UserError for a failed write to the standard output. */
export function explainOutputError(error: NodeJS.ErrnoException): UserError {
  const reason =
    error.code === 'ENOSPC' || error.code === 'EDQUOT'
      ? 'the disk is full (or your quota is)'
      : error.message;
  return new UserError(`Cannot write to the standard output: ${reason}.`, {
    hint: 'What was written there is not whole: send it to another place and run the same command again.',
    cause: error,
  });
}
