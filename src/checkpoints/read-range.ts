import { open, stat } from 'node:fs/promises';
import { DataError, UserError } from '../errors.js';

/** Node refuses to read 2 GiB or more at once. */
const largestRead = 2 ** 30;

/**
 * The bytes `offset` to `offset + length` of a file, in a fresh buffer that starts at an address fit for any typed
 * array. `shownAs` is the path for messages where `file` is what a symbolic link points to.
 *
 * Throws DataError when the file ends before the range does.
 */
export async function readRange(
  file: string,
  offset: number,
  length: number,
  shownAs = file,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const handle = await open(file, 'r');
  try {
    let filled = 0;
    while (filled < length) {
      const want = Math.min(length - filled, largestRead);
      const { bytesRead } = await handle.read(bytes, filled, want, offset + filled);
      if (bytesRead === 0) {
        throw new DataError({
          file: shownAs,
          problem: 'the file is too short.',
          expected: `at least ${offset + length} bytes`,
          found: offset + filled,
        });
      }
      filled += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

/** Size of a file in bytes. Throws UserError when there is no such file or it cannot be reached. */
export async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UserError(`No such file: ${file}`, { cause });
    throw new UserError(`Cannot read ${file} (${code}).`, { cause });
  }
}
