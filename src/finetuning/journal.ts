/**
 * The journal of a fine-tuning run: one line per update, and after each epoch one per measured example.
 *
 *     {"training":1,"fingerprint":"…","identity":{…}}
 *     {"update":1,"loss":1.53, …}
 *     {"index":0,"input":"…", …}                records of the epoch
 *     {"epoch":1,"updates":77, …}               closes the epoch
 *
 * The saved state remembers how long the journal was. A resumed run cuts it back to that length and computes the rest
 * again, which gives the same lines but for the times.
 */
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { unreadable } from '../files/unreadable.js';
import { parseJournalLine, resultsTarget } from '../runs/journal.js';
import type { ClassifiedRecord } from '../tasks/finetune-task.js';
import type { FinetuneIdentity } from './identity.js';

/** Raised when older journals cannot be read any more. */
const JOURNAL_VERSION = 1;

/** One update. */
export interface UpdateLine {
  /** From 1. */
  update: number;
  /** What was minimised: class loss + λ · language-model loss, nats. */
  loss: number;
  lmLoss: number | null;
  classLoss: number | null;
  /** Before clipping. */
  gradNorm: number;
  lr: number;
  /** Without padding. */
  tokens: number;
  runMs: number;
}

/** End of an epoch, after it was measured. */
interface EpochLine {
  /** From 1. */
  epoch: number;
  /** Updates so far. */
  updates: number;
  /** Mean of the losses of the epoch's updates. */
  trainLoss: number;
  /** Mean classification loss of the measured examples, nats. */
  devLoss: number;
  /** The task's first metric, which decides between epochs. */
  score: number;
  /** Tokens of the measured examples. */
  devTokens: number;
  /** Time inside the session for measuring, milliseconds. */
  runMs: number;
}

/** A finished epoch and what was found on each example, in the order of the data file. */
export interface MeasuredEpoch {
  line: EpochLine;
  records: ClassifiedRecord[];
}

/** What a journal holds. */
export interface TrainingJournal {
  fingerprint: string;
  identity: FinetuneIdentity;
  updates: UpdateLine[];
  epochs: MeasuredEpoch[];
  /** Bytes up to the end of the last whole update or epoch. */
  bytes: number;
}

/** The epoch with the best score, the earliest of equals. */
export function bestEpoch(epochs: readonly MeasuredEpoch[]): MeasuredEpoch | undefined {
  return epochs.reduce<MeasuredEpoch | undefined>(
    (best, epoch) => (best === undefined || epoch.line.score > best.line.score ? epoch : best),
    undefined,
  );
}

/** Mean of what was minimised in some updates. */
export function meanLoss(updates: readonly UpdateLine[]): number {
  return updates.reduce((sum, { loss }) => sum + loss, 0) / updates.length;
}

/** A journal that is being written. */
export interface TrainingJournalWriter {
  readonly content: TrainingJournal;
  appendUpdate(line: UpdateLine): Promise<void>;
  appendEpoch(epoch: MeasuredEpoch): Promise<void>;
  /** Returns when the system has everything on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Reads a journal, up to `limitBytes` of it. Undefined where there is none or it has no whole first line. */
export async function readTrainingJournal(
  file: string,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<TrainingJournal | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  });
  if (bytes === undefined) return undefined;
  let journal: TrainingJournal | undefined;
  let records: ClassifiedRecord[] = [];
  let position = 0;
  for (let number = 1; ; number++) {
    const end = bytes.indexOf(10, position);
    if (end < 0 || end + 1 > limitBytes) return journal;
    const value = parseJournalLine(bytes.subarray(position, end), file, number);
    position = end + 1;
    if (journal === undefined) {
      journal = { ...checkHeader(value, file), bytes: position };
    } else if ('index' in value) {
      records.push(value as ClassifiedRecord);
    } else {
      if ('epoch' in value) journal.epochs.push({ line: value as EpochLine, records });
      else journal.updates.push(value as UpdateLine);
      records = [];
      journal.bytes = position;
    }
  }
}

/** Opens the journal of a run for appending after `bytes` bytes of it; 0 begins a new one. */
export async function openTrainingJournal(
  file: string,
  header: { fingerprint: string; identity: FinetuneIdentity },
  bytes: number,
): Promise<TrainingJournalWriter> {
  let handle: FileHandle;
  let content: TrainingJournal | undefined;
  try {
    await makeFolder(path.dirname(file));
    if (bytes === 0) await rm(file, { force: true });
    else content = await readTrainingJournal(file, bytes);
    handle = await open(file, content === undefined ? 'w' : 'r+');
    if (content !== undefined) await handle.truncate(content.bytes);
  } catch (cause) {
    throw explainWriteError(cause, resultsTarget(path.dirname(file)));
  }
  let position = content?.bytes ?? 0;
  const append = async (entries: readonly object[]) => {
    const text = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    try {
      await handle.write(text, 0, text.length, position);
    } catch (cause) {
      throw explainWriteError(cause, resultsTarget(path.dirname(file)));
    }
    position += text.length;
  };
  if (content === undefined) {
    await append([{ training: JOURNAL_VERSION, ...header }]);
    content = { ...header, updates: [], epochs: [], bytes: position };
  }
  const journal = content;
  return {
    content: journal,
    async appendUpdate(line) {
      await append([line]);
      journal.updates.push(line);
      journal.bytes = position;
    },
    async appendEpoch(epoch) {
      await append([...epoch.records, epoch.line]);
      journal.epochs.push(epoch);
      journal.bytes = position;
    },
    async flush() {
      try {
        await handle.datasync();
      } catch (cause) {
        throw explainWriteError(cause, resultsTarget(path.dirname(file)));
      }
    },
    close: () => handle.close(),
  };
}

function checkHeader(value: object, file: string): Omit<TrainingJournal, 'bytes'> {
  const { training, fingerprint, identity } = value as Partial<TrainingJournal & { training: number }>;
  if (training !== JOURNAL_VERSION || fingerprint === undefined || identity === undefined) {
    throw new DataError({
      file,
      at: 'line 1',
      problem: 'this is not a journal of a training run that this version can read.',
      expected: `"training": ${JOURNAL_VERSION}`,
      found: JSON.stringify(training ?? Object.keys(value).slice(0, 5)),
      hint: 'Run with --fresh to start again, or delete the file.',
    });
  }
  return { fingerprint, identity, updates: [], epochs: [] };
}
