/** The log of a run: one JSON line for each thing that happened, readable while the run goes on. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { DataError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { decodeBytes } from '../files/decode.js';
import { unreadable } from '../files/unreadable.js';
import type { HeldOutPerplexity } from './held-out.js';

/** One line of the log. `update` counts finished updates. Times are seconds of training, earlier runs included. */
export type PretrainEvent =
  | {
      kind: 'update';
      update: number;
      /** Mean of −log p over the batch, nats. */
      loss: number;
      lr: number;
      /** Norm of all gradients before clipping. */
      gradNorm: number;
      /** Tokens of the batch. */
      tokens: number;
      seconds: number;
    }
  | ({
      kind: 'held-out';
      update: number;
      /** Share of the held-out windows that was measured; the last line of a run has 1. */
      share: number;
      seconds: number;
    } & HeldOutPerplexity)
  | { kind: 'sample'; update: number; prompt: string; text: string }
  | ({ kind: 'baseline'; update: number; model: string } & HeldOutPerplexity)
  | { kind: 'finished'; update: number; seconds: number };

/** An event with `update`, as every one has. */
export interface PretrainLog {
  readonly events: readonly PretrainEvent[];
  append(event: PretrainEvent): Promise<void>;
  /** Returns when the system has everything on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a log and cuts off what lies behind `update`: a run that was killed has logged more than it saved, and does those
 * updates again. Throws DataError when a line before that is damaged.
 */
export async function openPretrainLog(file: string, update: number): Promise<PretrainLog> {
  const events = (await readPretrainLog(file)).filter((event) => event.update <= update);
  await writeAtomically(file, (handle) => writeFully(handle, Buffer.from(events.map(lineOf).join(''))));
  const handle: FileHandle = await open(file, 'a');
  return {
    events,
    async append(event) {
      await writeFully(handle, Buffer.from(lineOf(event)));
      events.push(event);
    },
    flush: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** All events of a log; none when there is no such file. A last line without an end is left out. */
export async function readPretrainLog(file: string): Promise<PretrainEvent[]> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw unreadable(file, error);
  });
  const lines = decodeBytes(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1), file)
    .split('\n')
    .slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as PretrainEvent;
    } catch (cause) {
      const problem = 'the line is damaged.';
      const hint = 'Start again with --fresh, or delete the line.';
      throw new DataError({ file, at: `line ${index + 1}`, problem, hint }, { cause });
    }
  });
}

const lineOf = (event: PretrainEvent) => `${JSON.stringify(event)}\n`;
