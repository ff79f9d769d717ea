/**
 * The journal of a run: a file to which every batch is appended as soon as it is known.
 *
 *     {"journal":1,"fingerprint":"…","identity":{…},"shard":{…},"examples":5153,"batches":431}
 *     {"index":17,"input":"…", …}            one line for each example of the batch
 *     {"batch":0,"inputTokens":1008,…}        closes the batch
 *
 * A batch counts only once its closing line is there. Whatever a killed run left behind it is cut off, and the batch is
 * computed again with the same members, so that a resumed run gives the same bits as one that was never stopped.
 */
import { isUtf8 } from 'node:buffer';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { explainWriteError, type WritableFolder } from '../files/space.js';
import { unreadable } from '../files/unreadable.js';
import type { RecordBase } from '../tasks/task.js';
import type { RunIdentity } from './fingerprint.js';

/** A folder of results, for the explanation of a failed write. */
export function resultsTarget(folder: string): WritableFolder {
  return { path: folder, variable: '--results' };
}

/** Raised when older journals cannot be read any more. */
const JOURNAL_VERSION = 1;

/** Which part of a run this is: batches number index, index + count, … of the whole plan. */
export interface Shard {
  /** From 0. */
  index: number;
  count: number;
}

/** First line of a journal. */
export interface JournalHeader {
  journal: typeof JOURNAL_VERSION;
  fingerprint: string;
  identity: RunIdentity;
  shard: Shard;
  /** Examples and batches of the whole run, all shards together. */
  examples: number;
  batches: number;
}

/** Last line of a batch. */
export interface BatchLine {
  /** Number of the batch in the plan, from 0. */
  batch: number;
  /** Tokens the model read, padding left out. */
  inputTokens: number;
  /** Time inside the session, milliseconds. */
  runMs: number;
}

/** What a journal holds. */
export interface JournalContent {
  header: JournalHeader;
  /** Complete batches, by number. */
  batches: Map<number, BatchLine>;
  /** Records of the complete batches, in the order they were written. */
  records: RecordBase[];
  /** Bytes up to the end of the last complete batch. */
  completeBytes: number;
}

/** A header without its constant. */
export type NewHeader = Omit<JournalHeader, 'journal'>;

/** Reads a journal, leaving out what was written after the last complete batch. Throws DataError when it is none. */
export async function readJournal(file: string): Promise<JournalContent> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? error : unreadable(file, error);
  });
  let header: JournalHeader | undefined;
  const batches = new Map<number, BatchLine>();
  const records: RecordBase[] = [];
  let pending: RecordBase[] = [];
  let completeBytes = 0;
  let position = 0;
  let number = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, position)) {
    const line = bytes.subarray(position, end);
    position = end + 1;
    number++;
    const value = parseJournalLine(line, file, number);
    if (header === undefined) {
      header = checkHeader(value, file);
      completeBytes = position;
    } else if ('batch' in value) {
      batches.set((value as BatchLine).batch, value as BatchLine);
      records.push(...pending);
      pending = [];
      completeBytes = position;
    } else {
      pending.push(value as RecordBase);
    }
  }
  if (header === undefined)
    throw new DataError({ file, problem: 'this is not a journal of a run: it has no first line.' });
  return { header, batches, records, completeBytes };
}

/** One line of a journal as an object. Throws DataError naming the line. */
export function parseJournalLine(line: Buffer, file: string, number: number): object {
  try {
    const value: unknown = isUtf8(line) && JSON.parse(line.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // falls through to the error
  }
  throw new DataError({
    file,
    at: `line ${number}`,
    problem: 'the journal is damaged.',
    hint: 'Run with --fresh to start again, or delete the file.',
  });
}

function checkHeader(value: object, file: string): JournalHeader {
  const header = value as Partial<JournalHeader>;
  if (header.journal !== JOURNAL_VERSION || header.identity === undefined || header.shard === undefined) {
    throw new DataError({
      file,
      at: 'line 1',
      problem: 'this is not a journal of a run that this version can read.',
      expected: `"journal": ${JOURNAL_VERSION}`,
      found: JSON.stringify(header.journal ?? Object.keys(header).slice(0, 5)),
    });
  }
  return header as JournalHeader;
}

/** A journal that is being written. */
export interface JournalWriter {
  /** Everything in the journal, what is appended included. */
  readonly content: JournalContent;
  /** Appends one batch and returns when the system has it on the disk. */
  append(records: readonly RecordBase[], line: BatchLine): Promise<void>;
  close(): Promise<void>;
}

/** Opens a journal for appending: a new one, or an earlier one of the same run, cut back to its last complete batch. */
export async function openJournal(file: string, header: NewHeader, fresh: boolean): Promise<JournalWriter> {
  if (fresh) await rm(file, { force: true });
  const content = (await readEarlier(file, header)) ?? (await createJournal(file, header));
  let handle: FileHandle;
  try {
    handle = await open(file, 'r+');
    await handle.truncate(content.completeBytes);
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(path.dirname(file)));
  }
  return {
    content,
    async append(records, line) {
      const bytes = Buffer.from([...records, line].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      await writeDurably(handle, bytes, content.completeBytes, file);
      content.completeBytes += bytes.length;
      content.records.push(...records);
      content.batches.set(line.batch, line);
    },
    close: () => handle.close(),
  };
}

async function writeDurably(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  file: string,
): Promise<void> {
  try {
    await handle.write(bytes, 0, bytes.length, position);
    await handle.datasync();
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(path.dirname(file)));
  }
}

async function createJournal(file: string, header: NewHeader): Promise<JournalContent> {
  const whole: JournalHeader = { journal: JOURNAL_VERSION, ...header };
  const bytes = Buffer.from(`${JSON.stringify(whole)}\n`);
  try {
    const handle = await open(file, 'w');
    try {
      await writeDurably(handle, bytes, 0, file);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(path.dirname(file)));
  }
  return { header: whole, batches: new Map(), records: [], completeBytes: bytes.length };
}

async function readEarlier(file: string, header: NewHeader): Promise<JournalContent | undefined> {
  let earlier: JournalContent;
  try {
    earlier = await readJournal(file);
  } catch (error) {
    // Killed before the first line was whole, or never begun: nothing is lost by beginning now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof DataError && error.problem.at === undefined) return undefined;
    throw error;
  }
  if (earlier.header.fingerprint !== header.fingerprint || earlier.header.batches !== header.batches) {
    throw new DataError({
      file,
      at: 'line 1',
      problem: 'the journal belongs to another run.',
      expected: `fingerprint ${header.fingerprint.slice(0, 12)}`,
      found: earlier.header.fingerprint.slice(0, 12),
      hint: 'Run with --fresh to start again.',
    });
  }
  return earlier;
}
