import { writeFile } from 'node:fs/promises';
import { UserError } from '../errors.js';

/** Writes what `--samples` asks for: one JSON line per record. Throws UserError when the file cannot be written. */
export async function writeSamples(file: string, records: readonly object[]): Promise<void> {
  try {
    await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  } catch (cause) {
    throw new UserError(`Cannot write the samples to ${file}: ${(cause as Error).message}`, {
      hint: 'The answers are kept in the journal: run the same command again with another --samples FILE.',
      cause,
    });
  }
}
