import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from '../errors.js';
import { writeFully } from '../files/atomic-file.js';
import type { Piece } from '../graph/protobuf.js';
import type { FileSlice } from '../graph/value.js';

/** Bytes of a weight file that are in memory at once while it is copied. */
const CHUNK_BYTES = 4 << 20;

/** Length of a piece in bytes, whether it is in memory or in a file. */
export function pieceBytes(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.byteLength : piece.lengthBytes;
}

/**
 * Appends pieces to a file; runs of other files are copied through one small buffer, so memory does not grow with the
 * model. `onBytes` hears of every chunk that was written. Throws the signal's reason when it is aborted, and DataError
 * when a file that is read from ends too early.
 */
export async function writePieces(
  target: FileHandle,
  pieces: Iterable<Piece>,
  onBytes: (count: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const sources = new Map<string, FileHandle>();
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    for (const piece of pieces) {
      signal?.throwIfAborted();
      if (piece instanceof Uint8Array) {
        await writeFully(target, piece);
        onBytes(piece.byteLength);
        continue;
      }
      let source = sources.get(piece.file);
      if (source === undefined) {
        source = await open(piece.file, 'r');
        sources.set(piece.file, source);
      }
      for await (const chunk of readSlice(source, piece, buffer)) {
        signal?.throwIfAborted();
        await writeFully(target, chunk);
        onBytes(chunk.byteLength);
      }
    }
  } finally {
    await Promise.all([...sources.values()].map((source) => source.close()));
  }
}

/** The bytes of a run of a file, chunk by chunk, each valid until the next one is asked for. */
async function* readSlice(
  source: FileHandle,
  slice: FileSlice,
  buffer: Uint8Array,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  while (done < slice.lengthBytes) {
    const want = Math.min(buffer.byteLength, slice.lengthBytes - done);
    const { bytesRead } = await source.read(buffer, 0, want, slice.offset + done);
    if (bytesRead === 0) {
      throw new DataError({
        file: slice.file,
        problem: 'the file became shorter while it was read.',
        expected: `at least ${slice.offset + slice.lengthBytes} bytes`,
        found: slice.offset + done,
      });
    }
    yield buffer.subarray(0, bytesRead);
    done += bytesRead;
  }
}
