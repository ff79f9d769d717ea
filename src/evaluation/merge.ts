import { stat } from 'node:fs/promises';
import { DataError, UsageError, UserError } from '../errors.js';
import { completeRecords } from '../runs/build-result.js';
import { type JournalContent, readJournal } from '../runs/journal.js';
import type { RecordBase } from '../tasks/task.js';

/** Shards of one run that together are the whole of it. */
export interface MergedRun {
  contents: JournalContent[];
  /** In the order of the data file. */
  records: RecordBase[];
  /** When the youngest of the journals was written. */
  finishedAt: Date;
}

async function readNamedJournal(file: string): Promise<JournalContent> {
  try {
    return await readJournal(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new UserError(`There is no journal ${file}.`, {
      hint: 'Shards leave their journals in results/journals; name the files.',
      cause,
    });
  }
}

/**
 * Reads the journals of all shards of one run. Throws DataError when they are of different runs, when one is missing or
 * given twice, or when one is not finished.
 */
export async function mergeJournals(files: readonly string[]): Promise<MergedRun> {
  const [first] = files;
  if (first === undefined) throw new UsageError('Name the journals of all shards.');
  const contents = await Promise.all(files.map(readNamedJournal));
  const { header } = contents[0]!;
  const seen = new Map<number, string>();
  contents.forEach((content, place) => {
    const file = files[place]!;
    const { shard, fingerprint } = content.header;
    if (fingerprint !== header.fingerprint) {
      throw new DataError({
        file,
        at: 'line 1',
        problem: `another run than ${first}: model, data, settings or version differ.`,
        expected: `fingerprint ${header.fingerprint.slice(0, 12)}`,
        found: fingerprint.slice(0, 12),
      });
    }
    if (shard.count !== header.shard.count) {
      const [expected, found] = [`1 of ${header.shard.count} shards`, `1 of ${shard.count}`];
      throw new DataError({ file, at: 'line 1', problem: 'the run was cut differently.', expected, found });
    }
    const twin = seen.get(shard.index);
    if (twin !== undefined) throw new DataError({ file, problem: `the same shard as ${twin}.` });
    seen.set(shard.index, file);
  });
  const missing = [...Array(header.shard.count).keys()].filter((index) => !seen.has(index));
  if (missing.length > 0) {
    throw new UsageError(
      `Shards ${missing.map((index) => `${index + 1}/${header.shard.count}`).join(', ')} are missing.`,
      { hint: 'Run them with --shard i/n and name all journals together.' },
    );
  }
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return { contents, records: completeRecords(contents, first), finishedAt: new Date(Math.max(...times)) };
}
