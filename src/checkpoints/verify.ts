/**
 * One pass over all weights before the first use of a checkpoint: a hash that says which weights a result belongs to,
 * and the certainty that every parameter is a number.
 */

import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { isJsonObject, readJsonFile } from '../files/json-file.js';
import { sha256Of } from '../files/sha256.js';
import { ownCacheFolder } from '../hub/cache.js';
import { type Checkpoint, dtypeBytes, type WeightTensor } from './checkpoint.js';
import { checkMaskedCrc, crc32c } from './crc32c.js';
import { checkFinite } from './finite.js';

/** Where the tool keeps which files it has read whole. */
export function verifiedFolder(env: NodeJS.ProcessEnv): string {
  return path.join(ownCacheFolder(env), 'verified');
}

/** How `verifyWeights` goes about it. */
export interface VerifyOptions {
  /** Folder where results are kept, so that unchanged files are not read again. Nothing is kept without it. */
  cacheFolder?: string;
  /** Called after every piece of a few megabytes. */
  onProgress?: (progress: { doneBytes: number; totalBytes: number }) => void;
  /** Stops between two pieces; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Bytes read at once: enough to make the calls cheap, little enough for the second-level cache. */
const pieceBytes = 1 << 20;

/** What tells whether a file is still the same. */
interface FileState {
  path: string;
  sizeBytes: number;
  mtimeMs: number;
}

/**
 * Reads all files of a checkpoint once. `sha256` (hex) depends on their contents and order, not on where they lie: of
 * one file it is the file's own, of several the hash of their hashes, one line each.
 *
 * Throws DataError, naming file and tensor, on a parameter that is NaN or infinite, on data whose stored checksum is
 * another (TensorFlow), and on a file that changes meanwhile. Of an ONNX file only the hash is computed.
 */
export async function verifyWeights(
  checkpoint: Checkpoint,
  options: VerifyOptions = {},
): Promise<{ sha256: string }> {
  const before = await fileStates(checkpoint);
  const cacheFile =
    options.cacheFolder && path.join(options.cacheFolder, `${sha256Of(JSON.stringify(before))}.json`);
  const cached = cacheFile && (await readCached(cacheFile));
  if (cached) return { sha256: cached };

  const totalBytes = before.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const onPiece = (length: number) => {
    options.signal?.throwIfAborted();
    doneBytes += length;
    options.onProgress?.({ doneBytes, totalBytes });
  };
  const tensors =
    checkpoint.kind === 'onnx'
      ? []
      : [...checkpoint.tensors.values(), ...(checkpoint.extraTensors?.values() ?? [])];
  const hashes: string[] = [];
  for (const { path: file, sizeBytes } of before) {
    hashes.push(await verifyFile(file, sizeBytes, tensors, onPiece));
  }
  for (const { name, dtype, data } of tensors) {
    // Put together from several files when the checkpoint was opened; their bytes were hashed, not looked at, above.
    if ('bytes' in data) {
      checkFinite(new Uint8Array(data.bytes), dtype, { file: checkpoint.folder, name, firstIndex: 0 });
    }
  }
  const after = await fileStates(checkpoint);
  const changed = before.find((state, i) => JSON.stringify(state) !== JSON.stringify(after[i]));
  if (changed) throw new DataError({ file: changed.path, problem: 'the file changed while it was read.' });

  const sha256 = hashes.length === 1 ? hashes[0]! : sha256Of(hashes.map((hash) => `${hash}\n`).join(''));
  if (cacheFile) await writeCached(cacheFile, { sha256, files: after });
  return { sha256 };
}

/** A run of bytes that belongs to one tensor, or to none. */
interface Piece {
  offset: number;
  length: number;
  tensor?: WeightTensor;
  /** Index in the tensor of the first number. */
  firstIndex: number;
  isLast: boolean;
}

/** Hashes a file and checks the tensors in it. Pieces start and end with whole numbers, so none has to be put together. */
async function verifyFile(
  file: string,
  sizeBytes: number,
  tensors: readonly WeightTensor[],
  onPiece: (length: number) => void,
): Promise<string> {
  const pieces = cutFile(file, sizeBytes, tensors);
  const hash = createHash('sha256');
  const buffers = [new Uint8Array(pieceBytes), new Uint8Array(pieceBytes)];
  const handle = await open(file, 'r');
  let crc = 0;
  // The next piece is read while this one is hashed.
  const read = async (index: number) => {
    const piece = pieces[index];
    if (piece === undefined) return undefined;
    const bytes = buffers[index % 2]!.subarray(0, piece.length);
    let filled = 0;
    while (filled < piece.length) {
      const { bytesRead } = await handle.read(bytes, filled, piece.length - filled, piece.offset + filled);
      if (bytesRead === 0)
        throw new DataError({ file, problem: 'the file became shorter while it was read.' });
      filled += bytesRead;
    }
    return bytes;
  };
  let next = read(0);
  try {
    for (const [index, { tensor, firstIndex, isLast, length }] of pieces.entries()) {
      const bytes = (await next)!;
      next = read(index + 1);
      hash.update(bytes);
      if (tensor) {
        checkFinite(bytes, tensor.dtype, { file, name: tensor.name, firstIndex });
        if (tensor.crc32c !== undefined) {
          crc = crc32c(bytes, firstIndex === 0 ? 0 : crc);
          if (isLast) checkMaskedCrc(crc, tensor.crc32c, { file, at: tensor.name });
        }
      }
      onPiece(length);
    }
  } finally {
    // A read that is under way must end before the file is closed; what it says matters no more.
    await next.catch(() => {});
    await handle.close();
  }
  return hash.digest('hex');
}

function cutFile(file: string, sizeBytes: number, tensors: readonly WeightTensor[]): Piece[] {
  const pieces: Piece[] = [];
  const cut = (begin: number, end: number, tensor?: WeightTensor) => {
    for (let offset = begin; offset < end; offset += pieceBytes) {
      const length = Math.min(pieceBytes, end - offset);
      const firstIndex = tensor ? (offset - begin) / dtypeBytes[tensor.dtype] : 0;
      pieces.push({
        offset,
        length,
        firstIndex,
        isLast: offset + length === end,
        ...(tensor ? { tensor } : {}),
      });
    }
  };
  const inFile = tensors.flatMap((tensor) =>
    'file' in tensor.data && tensor.data.file === file ? [{ tensor, ...tensor.data }] : [],
  );
  inFile.sort((a, b) => a.offset - b.offset);
  let position = 0;
  for (const { tensor, offset, lengthBytes } of inFile) {
    if (offset < position) {
      const problem = 'the data overlaps with that of another tensor.';
      throw new DataError({
        file,
        at: tensor.name,
        problem,
        expected: `offset ${position} or more`,
        found: offset,
      });
    }
    cut(position, offset);
    cut(offset, offset + lengthBytes, tensor);
    position = offset + lengthBytes;
  }
  cut(position, sizeBytes);
  return pieces;
}

function fileStates(checkpoint: Checkpoint): Promise<FileState[]> {
  return Promise.all(
    checkpoint.files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return { path: file, sizeBytes: size, mtimeMs };
    }),
  );
}

/** A damaged entry counts as none: the files are simply read again. */
async function readCached(file: string): Promise<string | undefined> {
  const entry = await readJsonFile(file).catch(() => undefined);
  const sha256 = isJsonObject(entry) ? entry.sha256 : undefined;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
}

async function writeCached(file: string, entry: { sha256: string; files: FileState[] }): Promise<void> {
  await makeFolder(path.dirname(file));
  await writeAtomically(file, (handle) =>
    writeFully(handle, new TextEncoder().encode(JSON.stringify(entry))),
  );
}
