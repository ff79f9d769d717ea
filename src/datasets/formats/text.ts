import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataError } from '../../errors.js';
import { decodeText } from '../../files/decode.js';
import { unreadable } from '../../files/unreadable.js';
import { isArchive, type MemberOption, shownName, unpack } from './unpack.js';

/** Most that is read into one string: four times the largest file of a benchmark that is read whole. */
const MAX_TEXT_BYTES = 256 * 2 ** 20;

/**
 * The text of a file that fits into memory, unpacked, without byte order mark; line ends stay as they are. Throws
 * DataError when it is not UTF-8 (with the byte) or larger than `maxBytes` (default 256 MiB).
 */
export async function readText(
  file: string,
  { member, maxBytes = MAX_TEXT_BYTES }: MemberOption & { maxBytes?: number } = {},
): Promise<string> {
  const name = shownName(file, member);
  const parts: string[] = [];
  for await (const part of decodeText(atMost(unpack(file, { member }), maxBytes, name), name)) {
    parts.push(part);
  }
  return parts.join('');
}

/** The bytes of a file that fits into memory, unpacked. Throws DataError when there are more than `maxBytes` (default 256 MiB). */
export async function readBytes(
  file: string,
  { member, maxBytes = MAX_TEXT_BYTES }: MemberOption & { maxBytes?: number } = {},
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of atMost(unpack(file, { member }), maxBytes, shownName(file, member)))
    parts.push(part);
  return Buffer.concat(parts);
}

async function* atMost(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new DataError({
        file: name,
        problem: 'the file is too large to be the one that is wanted.',
        expected: `at most ${maxBytes} bytes`,
        found: 'more',
      });
    }
    yield chunk;
  }
}

/**
 * The last `bytes` bytes of a file, unpacked; memory holds little more than them. Throws DataError when the file is
 * shorter, or when its size is not `expectBytes`.
 */
export async function readTail(
  file: string,
  bytes: number,
  { member, expectBytes }: MemberOption & { expectBytes?: number } = {},
): Promise<Uint8Array> {
  const name = shownName(file, member);
  const packed = isArchive(file) || /\.gz$/i.test(file);
  const { tail, sizeBytes } = packed
    ? await lastBytes(unpack(file, { member }), bytes)
    : await lastBytesOfFile(file, bytes);
  if (expectBytes !== undefined && sizeBytes !== expectBytes) {
    throw new DataError({
      file: name,
      problem: 'the file does not have the published size.',
      expected: `${expectBytes} bytes`,
      found: sizeBytes,
    });
  }
  if (sizeBytes < bytes) {
    throw new DataError({
      file: name,
      problem: 'the file is too short.',
      expected: `at least ${bytes} bytes`,
      found: sizeBytes,
    });
  }
  return tail;
}

interface Tail {
  tail: Uint8Array;
  sizeBytes: number;
}

async function lastBytesOfFile(file: string, bytes: number): Promise<Tail> {
  try {
    const { size } = await stat(file);
    const start = Math.max(0, size - bytes);
    const { tail, sizeBytes } = await lastBytes(createReadStream(file, { start }), bytes);
    return { tail, sizeBytes: start + sizeBytes };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** Keeps up to twice as many bytes as are wanted, so that few of them are moved often. */
async function lastBytes(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Tail> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    keptBytes += chunk.length;
    sizeBytes += chunk.length;
    while (kept.length > 0 && keptBytes - kept[0]!.length >= bytes) keptBytes -= kept.shift()!.length;
  }
  const joined = Buffer.concat(kept);
  kept = [];
  return { tail: new Uint8Array(joined.subarray(Math.max(0, joined.length - bytes))), sizeBytes };
}
