import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataError } from '../../errors.js';
import { unreadable } from '../text-file.js';
import { decodeText, type TextEncoding } from './decode.js';
import { isArchive, type MemberOption, shownName, unpack } from './unpack.js';

/** Most that is read into one string: four times the largest file of a benchmark that is read whole. */
const MAX_TEXT_BYTES = 256 * 2 ** 20;

/** How a text file is read. */
export interface TextOptions extends MemberOption {
  /** Default UTF-8. `latin1` is ISO 8859-1, a character for each byte. */
  encoding?: TextEncoding;
}

/**
 * The text of a file that fits into memory, unpacked, without byte order mark; line ends stay as they are. Throws
 * DataError when it is not text in that encoding (with the byte) or larger than `maxBytes` (default 256 MiB).
 */
export async function readText(
  file: string,
  { encoding, member, maxBytes = MAX_TEXT_BYTES }: TextOptions & { maxBytes?: number } = {},
): Promise<string> {
  const name = shownName(file, member);
  const parts: string[] = [];
  for await (const part of decodeText(atMost(unpack(file, { member }), maxBytes, name), name, encoding)) {
    parts.push(part);
  }
  return parts.join('');
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
