import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from '../errors.js';
import { exists } from '../files/exists.js';
import { checkFreeSpace, type WritableFolder } from '../files/space.js';
import { type Checksum, hashFile } from './checksum.js';
import type { Clock, DownloadProgress } from './progress.js';
import { type HubAnswer, send } from './request.js';
import { retrying, TransientError } from './retry.js';
import type { Environment } from './settings.js';

/** How often the whole file is fetched when its bytes turn out wrong: once more, from the first byte. */
const MAX_ROUNDS = 2;

/** One file on its way from an address to its place. */
export interface Transfer {
  url: URL;
  token?: string;
  /** Name in messages and events. */
  file: string;
  /** Where the bytes collect; kept between runs. Same folder as `target`, so that the last step is a rename. */
  partial: string;
  target: string;
  sizeBytes: number | undefined;
  checksum: Checksum;
  folder: WritableFolder;
  /** Judges the head of an answer: throws when it is not this file (a status, another etag). */
  checkAnswer(answer: HubAnswer): void;
}

/** The surroundings of a transfer. */
export interface TransferContext {
  env: Environment;
  clock: Clock;
  signal?: AbortSignal;
  onProgress?: (event: DownloadProgress) => void;
}

/**
 * Brings a file to its place, going on where an earlier run stopped.
 *
 * The checksum is computed from the finished file as it lies on the disk and not from the bytes as they pass by: so
 * it also covers what an earlier run wrote and whatever else may have happened to the partial file. Wrong bytes are
 * deleted and fetched once more from the start; wrong again, DataError. Only a right file, flushed to the disk, gets
 * its name, so a name in the cache is a promise.
 */
export async function transferFile(transfer: Transfer, context: TransferContext): Promise<void> {
  const { file, partial, target, checksum } = transfer;
  for (let round = 1; ; round++) {
    await fetchMissingBytes(transfer, context);
    context.onProgress?.({ kind: 'verify', file });
    const found = await hashFile(partial, checksum.algorithm, context.signal);
    if (found === checksum.hex) break;
    await rm(partial, { force: true });
    const problem = 'The bytes that arrived are not those that were announced';
    if (round === MAX_ROUNDS) {
      throw new DataError({
        file,
        problem: `${problem}, twice. They were deleted.`,
        expected: `${checksum.algorithm} ${checksum.hex}`,
        found,
        hint: `Something on the way from ${transfer.url.host} changes them: try another network or mirror.`,
      });
    }
    context.onProgress?.({ kind: 'restart', file, reason: `${problem} (${checksum.algorithm} differs)` });
  }
  await rename(partial, target);
  await syncFolder(dirname(target));
}

/** Appends to the partial file what it lacks, over as many connections as it takes, and flushes it. */
async function fetchMissingBytes(transfer: Transfer, context: TransferContext): Promise<void> {
  const { file, partial, sizeBytes } = transfer;
  const { signal, onProgress } = context;
  // Not mode 'a': appending ignores positions, and the file may have to start again.
  const handle = await open(partial, (await exists(partial)) ? 'r+' : 'w');
  try {
    const doneBytes = (await handle.stat()).size;
    const state: PartialFile = { handle, doneBytes, furthestBytes: 0, complete: false, etag: undefined };
    if (sizeBytes !== undefined && state.doneBytes > sizeBytes) await startOver(state);
    state.furthestBytes = state.doneBytes;
    if (state.doneBytes > 0) onProgress?.({ kind: 'resume', file, fromBytes: state.doneBytes });
    await retrying(
      {
        what: `Cannot fetch ${file}`,
        hint: 'Check the network, then run the same command again: it goes on where it stopped.',
        clock: context.clock,
        signal,
        onRetry: (reason, waitMs) => onProgress?.({ kind: 'retry', file, reason, waitMs }),
      },
      async (reportBytes) => {
        if (state.doneBytes === sizeBytes || state.complete) return;
        await fetchOnce(transfer, context, state, reportBytes);
      },
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface PartialFile {
  handle: FileHandle;
  doneBytes: number;
  /** Most bytes there ever were: getting there a second time is no progress. */
  furthestBytes: number;
  /** The server has ended a body of the length that it announced, or that it did not announce. */
  complete: boolean;
  /** Strong etag of the first answer: a later one must be of the same version to be appended. */
  etag: string | undefined;
}

/** One connection: asks for the bytes from `doneBytes` on and writes what comes. Throws TransientError when cut. */
async function fetchOnce(
  transfer: Transfer,
  context: TransferContext,
  state: PartialFile,
  reportBytes: (bytes: number) => void,
): Promise<void> {
  const { file, sizeBytes, folder } = transfer;
  const headers: Record<string, string> = {};
  if (state.doneBytes > 0) {
    headers.Range = `bytes=${state.doneBytes}-`;
    // "Only if it is still that version, else send everything" (RFC 9110 §13.1.5).
    if (state.etag !== undefined) headers['If-Range'] = state.etag;
  }
  const answer = await send({ method: 'GET', url: transfer.url, headers, token: transfer.token }, context);
  try {
    // 416: nothing there from that byte on. Either all is here, or what is here is no part of what the server has.
    if (answer.status === 416) {
      state.complete = announcedSize(answer, 0) === state.doneBytes;
      if (state.complete) return;
      await startOver(state);
      throw new TransientError(`${answer.url.host} has no bytes after those that are here`);
    }
    transfer.checkAnswer(answer);
    if (state.doneBytes > 0 && !continuesAt(answer, state.doneBytes)) {
      await startOver(state);
      const reason = `${answer.url.host} does not continue files, or has another version now`;
      context.onProgress?.({ kind: 'restart', file, reason });
      if (answer.status === 206) throw new TransientError(`${answer.url.host} sent another range than asked`);
    }
    const etag = answer.headers.get('etag');
    state.etag = etag !== null && !etag.startsWith('W/') ? etag : undefined;
    const totalBytes = sizeBytes ?? announcedSize(answer, state.doneBytes);
    if (totalBytes !== undefined) await checkFreeSpace(folder, totalBytes - state.doneBytes);
    for await (const chunk of answer.body()) {
      // More than announced: the surplus is kept out, so that an endless body cannot fill the disk, and one byte of
      // it kept in, so that the checksum fails.
      const room = totalBytes === undefined ? chunk.length : totalBytes + 1 - state.doneBytes;
      const { bytesWritten } = await writeAll(state.handle, chunk.subarray(0, room), state.doneBytes);
      state.doneBytes += bytesWritten;
      reportBytes(Math.max(0, state.doneBytes - state.furthestBytes));
      state.furthestBytes = Math.max(state.furthestBytes, state.doneBytes);
      context.onProgress?.({ kind: 'bytes', file, doneBytes: state.doneBytes, totalBytes });
      if (totalBytes !== undefined && state.doneBytes > totalBytes) {
        state.complete = true;
        return;
      }
    }
    if (totalBytes !== undefined && state.doneBytes < totalBytes) {
      throw new TransientError(`${answer.url.host} ended after ${state.doneBytes} of ${totalBytes} bytes`);
    }
    state.complete = true;
  } finally {
    await answer.discard();
  }
}

/** FileHandle.write may write less than asked, which on a nearly full disk is how ENOSPC announces itself. */
async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<{ bytesWritten: number }> {
  let written = 0;
  while (written < bytes.length) {
    const result = await handle.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
  return { bytesWritten: written };
}

async function startOver(state: PartialFile): Promise<void> {
  await state.handle.truncate(0);
  state.doneBytes = 0;
  state.etag = undefined;
}

/** Whether an answer is the rest of the file from byte `doneBytes` on. */
function continuesAt(answer: HubAnswer, doneBytes: number): boolean {
  const range = /^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '');
  return answer.status === 206 && range !== null && Number(range[1]) === doneBytes;
}

/** Size of the whole file as an answer gives it: the total of Content-Range, or Content-Length after `doneBytes`. */
function announcedSize(answer: HubAnswer, doneBytes: number): number | undefined {
  const total = /\/(\d+)$/.exec(answer.headers.get('content-range') ?? '');
  if (total !== null) return Number(total[1]);
  const length = answer.headers.get('content-length');
  return length === null ? undefined : doneBytes + Number(length);
}

/** Makes a rename outlive a power failure. Windows and some network disks do not offer it, which is no reason to fail. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
