/** Files that a command was told to write: checked before anything is computed, explained where they cannot be written. */
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { systemReason } from './system-reason.js';

/** A file that the user named. */
export interface OutputFile {
  file: string;
  /** The option that names it: `--samples`. */
  option: string;
}

/**
 * Throws UserError where the file could not be written. What is there stays as it is, and what is not there is not left behind. A
 * pipe or device is taken as it comes: opening one may wait for its reader.
 */
export async function checkOutputFile(output: OutputFile): Promise<void> {
  try {
    const found = await stat(output.file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found !== undefined && !found.isFile() && !found.isDirectory()) return;
    await (await open(output.file, 'a')).close();
    if (found === undefined) await rm(output.file);
  } catch (error) {
    throw explainOutputFile(error, output);
  }
}

/** Writes one JSON line per value. Throws UserError, with that hint, when the file cannot be written. */
export async function writeJsonLines(
  output: OutputFile,
  values: readonly object[],
  hint?: string,
): Promise<void> {
  try {
    await writeFile(output.file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  } catch (error) {
    throw explainOutputFile(error, output, hint);
  }
}

function explainOutputFile(error: unknown, { file, option }: OutputFile, hint?: string): UserError {
  // Of a file that was to be made, it is the folder that is not there.
  const reason =
    (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? `there is no folder ${dirname(file)}`
      : systemReason(error);
  return new UserError(`${option} ${file} cannot be written: ${reason}.`, {
    hint: hint ?? 'Name a file in a folder that is there and that you may write to.',
    cause: error,
  });
}
