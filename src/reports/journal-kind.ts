import { open } from 'node:fs/promises';

/** What kind of run a journal is of. */
export type JournalKind = 'evaluation' | 'finetuning' | 'pretraining';

/** The first key of the first line, by which the writers' files differ; all of them are JSON lines. */
const beginnings: readonly [beginning: string, kind: JournalKind][] = [
  ['{"journal"', 'evaluation'],
  ['{"training"', 'finetuning'],
  ['{"kind"', 'pretraining'],
];

/** Whose journal a file is, told by its first bytes alone; undefined for any other file. Throws what opening it throws. */
export async function journalKind(file: string): Promise<JournalKind | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    const begin = buffer.toString('utf8', 0, bytesRead);
    return beginnings.find(([beginning]) => begin.startsWith(beginning))?.[1];
  } finally {
    await handle.close();
  }
}
