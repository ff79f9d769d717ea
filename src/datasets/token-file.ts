/**
 * Token ids in a file, read where they are needed: a corpus may be larger than memory.
 *
 *     ids of 2 or 4 bytes, in the machine's byte order
 *     {"tokens":2,"idBytes":2,"lengths":[81022,…],"sha256":"…"}      the number of tokens of each document
 *     the number of bytes of that text, 4 bytes, little-endian
 *
 * What describes the ids stands behind them, because only then is it known.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeAtomically, writeFully } from '../files/atomic-file.js';

/** Ids of one vocabulary: two bytes each where every id fits. */
export type TokenArray = Uint16Array | Uint32Array;

/** Bytes of an id: two where a vocabulary of that size allows it. */
export const idBytesOf = (vocabSize: number): 2 | 4 => (vocabSize <= 2 ** 16 ? 2 : 4);

/** Raised when the form of the file changes; files of another form are made again. */
const FORM = 2;

/** Ids are written and checked in pieces of this size. */
const CHUNK_BYTES = 1 << 20;

/** Bytes of the number at the end. */
const SIZE_BYTES = 4;

interface Description {
  tokens: typeof FORM;
  idBytes: 2 | 4;
  lengths: number[];
  /** Over the ids and then the lengths. */
  sha256: string;
}

/** Tokens on the disk. Close it when it is no longer read. */
export class TokenFile {
  readonly #descriptor: number;
  readonly #idBytes: 2 | 4;
  /** How many tokens each document has, separators not counted. */
  readonly lengths: readonly number[];
  /** How many tokens there are in all. */
  readonly length: number;

  private constructor(descriptor: number, { idBytes, lengths }: Description, bytes: number) {
    this.#descriptor = descriptor;
    this.#idBytes = idBytes;
    this.lengths = lengths;
    this.length = bytes / idBytes;
  }

  /** Opens a file and checks all of it; undefined when there is none, it is damaged, or its ids are of another size. */
  static open(file: string, idBytes: 2 | 4): TokenFile | undefined {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'r');
    } catch {
      return undefined;
    }
    const found = describe(descriptor);
    const isSound =
      found?.description.idBytes === idBytes && checksum(descriptor, found) === found.description.sha256;
    if (isSound) return new TokenFile(descriptor, found.description, found.bytes);
    closeSync(descriptor);
    return undefined;
  }

  /** Tokens `start` to `end - 1`. A window is a few kilobytes, which are mostly in the system's cache: no need to wait for them. */
  slice(start = 0, end = this.length): TokenArray {
    const size = this.#idBytes;
    const tokens = new (size === 2 ? Uint16Array : Uint32Array)(end - start);
    readFully(this.#descriptor, new Uint8Array(tokens.buffer), start * size);
    return tokens;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Takes further ids of the document at hand. */
export type AppendTokens = (ids: readonly number[]) => Promise<void>;

/**
 * Writes the ids that `encode` appends, as they come, and what it returns: the number of tokens of each document. Nobody sees half
 * a file. Throws what `encode` throws, and the system's errors.
 */
export async function writeTokenFile(
  file: string,
  idBytes: 2 | 4,
  encode: (append: AppendTokens) => Promise<number[]>,
): Promise<void> {
  const IdArray = idBytes === 2 ? Uint16Array : Uint32Array;
  await writeAtomically(file, async (handle) => {
    const hash = createHash('sha256');
    const chunk = new IdArray(CHUNK_BYTES / idBytes);
    let filled = 0;
    const flush = async () => {
      const bytes = new Uint8Array(chunk.buffer, 0, filled * idBytes);
      hash.update(bytes);
      await writeFully(handle, bytes);
      filled = 0;
    };
    const lengths = await encode(async (ids) => {
      for (const id of ids) {
        chunk[filled++] = id;
        if (filled === chunk.length) await flush();
      }
    });
    await flush();
    const sha256 = hash.update(JSON.stringify(lengths)).digest('hex');
    const description: Description = { tokens: FORM, idBytes, lengths, sha256 };
    const text = Buffer.from(JSON.stringify(description));
    const size = Buffer.alloc(SIZE_BYTES);
    size.writeUInt32LE(text.length);
    await writeFully(handle, Buffer.concat([text, size]));
  });
}

/** What stands behind the ids, and how many bytes those have; undefined where that makes no sense. */
function describe(descriptor: number): { description: Description; bytes: number } | undefined {
  const { size } = fstatSync(descriptor);
  if (size < SIZE_BYTES) return undefined;
  const textBytes = readFully(descriptor, Buffer.alloc(SIZE_BYTES), size - SIZE_BYTES).readUInt32LE();
  const bytes = size - SIZE_BYTES - textBytes;
  if (bytes < 0) return undefined;
  try {
    const text = readFully(descriptor, Buffer.alloc(textBytes), bytes).toString('utf8');
    const description = JSON.parse(text) as Description | null;
    if (description?.tokens !== FORM || bytes % description.idBytes !== 0) return undefined;
    return { description, bytes };
  } catch {
    return undefined;
  }
}

function checksum(
  descriptor: number,
  { description, bytes }: { description: Description; bytes: number },
): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    hash.update(readFully(descriptor, chunk.subarray(0, Math.min(CHUNK_BYTES, bytes - at)), at));
  }
  return hash.update(JSON.stringify(description.lengths)).digest('hex');
}

/** Fills the array from a place in the file; one read may give fewer bytes than it was asked for. Throws RangeError at its end. */
function readFully<Bytes extends Uint8Array>(descriptor: number, into: Bytes, position: number): Bytes {
  for (let read = 0, now: number; read < into.length; read += now) {
    now = readSync(descriptor, into, read, into.length - read, position + read);
    if (now === 0) throw new RangeError('the file ends before the tokens do');
  }
  return into;
}
