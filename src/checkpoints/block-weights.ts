/**
 * The matrices of a checkpoint in few bits, kept in a file of the tool's cache: made once, one matrix after another, and checked
 * whenever they are read.
 */
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError, UserError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { checkFreeSpace, explainWriteError } from '../files/space.js';
import { ownCacheFolder } from '../hub/cache.js';
import { hashFile } from '../hub/checksum.js';
import { describe } from '../models/architectures.js';
import { type BlockFormat, blockFormats, blocksOf } from '../models/block-matrix.js';
import { outputProjectionName, parameterShapes } from '../models/parameters.js';
import { type BlockNumbers, toBlocks } from './block-numbers.js';
import { type BlockWeights, dtypeBytes, type WeightsCheckpoint, type WeightTensor } from './checkpoint.js';
import { readTensor } from './read-tensor.js';
import { readSafetensorsHeader } from './safetensors.js';
import { type TensorToWrite, writeSafetensors } from './safetensors-writer.js';

/** Raised when files of an older version must be made anew. */
const VERSION = 1;

/** Rows of a large matrix that are rounded at once. */
const PIECE_ROWS = 2048;

/** How the matrices are made. */
export interface BlockOptions {
  format: BlockFormat;
  /** Of the checkpoint, hex (`verifyWeights`). */
  sha256: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Called after every matrix that is made. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/** Folder of all files with matrices in few bits. @internal */
export function blockFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(ownCacheFolder(env), 'blocks');
}

/**
 * The checkpoint with its matrices in few bits as well. Throws UserError for a model that has none (an LSTM), and where the cache
 * cannot be written; the signal's reason when it is aborted, leaving nothing behind.
 */
export async function withBlocks(
  checkpoint: WeightsCheckpoint,
  options: BlockOptions,
): Promise<WeightsCheckpoint> {
  const { format, sha256, env } = options;
  if (!describe(checkpoint.config).attends) {
    throw new UserError(`A model without attention is computed in 32 bits only, not in ${format}.`, {
      hint: 'Leave out --dtype.',
    });
  }
  const folder = blockFolder(env);
  const file = path.join(folder, `${sha256.slice(0, 32)}-${format}-v${VERSION}.safetensors`);
  if (!(await isWhole(file))) await makeBlocks(checkpoint, file, options);
  return { ...checkpoint, blocks: await locate(await realpath(file), format, checkpoint) };
}

/** Parameters that are kept in few bits: all matrices but the embeddings, which are only looked up. */
function matricesOf({ config, tensors }: WeightsCheckpoint): { tensor: WeightTensor; isTurned: boolean }[] {
  const projection = outputProjectionName(config);
  const names = [...parameterShapes(config).keys()].filter(
    (name) => name === projection || /^h\.\d+\..*\.weight$/.test(name),
  );
  return names
    .map((name) => ({ tensor: tensors.get(name)!, isTurned: name !== projection }))
    .filter(({ tensor }) => tensor.shape.length === 2);
}

async function makeBlocks(
  checkpoint: WeightsCheckpoint,
  file: string,
  { format, signal, onProgress }: BlockOptions,
): Promise<void> {
  const where = { path: path.dirname(file), variable: 'GPT_CACHE' };
  const matrices = matricesOf(checkpoint);
  let done = 0;
  const tensors = matrices.flatMap(({ tensor, isTurned }): TensorToWrite[] => {
    const { name, shape } = tensor;
    const [rows, columns] = (isTurned ? shape.toReversed() : shape) as [number, number];
    const perRow = blocksOf(columns, format);
    const blockBytes = (blockFormats[format].block * blockFormats[format].bits) / 8;
    // Numbers and scales are made together, numbers are written first.
    const scales: Float32Array[] = [];
    async function* numbers() {
      for await (const piece of isTurned ? turned(tensor) : inPieces(tensor)) {
        signal?.throwIfAborted();
        const made: BlockNumbers = toBlocks(piece, columns, format);
        scales.push(made.scales);
        yield made.numbers;
      }
      onProgress?.({ done: ++done, total: matrices.length });
    }
    const bytesOfScales = () => scales.splice(0).map((part) => new Uint8Array(part.buffer));
    return [
      { name: `${name}.numbers`, dtype: 'U8', shape: [rows, perRow, blockBytes], data: numbers },
      { name: `${name}.scales`, dtype: 'F32', shape: [rows, perRow], data: bytesOfScales },
    ];
  });
  try {
    await makeFolder(where.path);
    const size = matrices.reduce((sum, { tensor: { shape } }) => sum + shape[0]! * shape[1]!, 0);
    await checkFreeSpace(where, 1.1 * (format === 'q8' ? size : size / 2));
    await rm(`${file}.sha256`, { force: true });
    await writeSafetensors(file, tensors, { format: 'pt', numbers: format });
    const hash = await hashFile(file, 'sha256');
    await writeAtomically(`${file}.sha256`, (handle) => writeFully(handle, new TextEncoder().encode(hash)));
  } catch (error) {
    throw explainWriteError(error, where);
  }
}

/** A matrix stored input-major, [K, N], as rows [N, K]. */
async function* turned(tensor: WeightTensor): AsyncGenerator<Float32Array> {
  const [K, N] = tensor.shape as [number, number];
  const values = await readTensor(tensor);
  const rows = Math.min(N, PIECE_ROWS);
  for (let start = 0; start < N; start += rows) {
    const count = Math.min(rows, N - start);
    const piece = new Float32Array(count * K);
    for (let k = 0; k < K; k++) for (let n = 0; n < count; n++) piece[n * K + k] = values[k * N + start + n]!;
    yield piece;
  }
}

/** A matrix [N, K] in pieces of some rows. */
async function* inPieces(tensor: WeightTensor): AsyncGenerator<Float32Array> {
  const [N, K] = tensor.shape as [number, number];
  const rowBytes = K * dtypeBytes[tensor.dtype];
  for (let start = 0; start < N; start += PIECE_ROWS) {
    const count = Math.min(PIECE_ROWS, N - start);
    const { data } = tensor;
    const part =
      'bytes' in data
        ? { bytes: data.bytes.subarray(start * rowBytes, (start + count) * rowBytes) }
        : { file: data.file, offset: data.offset + start * rowBytes, lengthBytes: count * rowBytes };
    yield readTensor({ ...tensor, shape: [count, K], data: part });
  }
}

/** Whether a file is there as it was written. A damaged one is made anew. */
async function isWhole(file: string): Promise<boolean> {
  const [hash, found] = await Promise.all([
    readFile(`${file}.sha256`, 'utf8').catch(() => ''),
    stat(file).catch(() => undefined),
  ]);
  return hash !== '' && found !== undefined && (await hashFile(file, 'sha256')) === hash.trim();
}

async function locate(
  file: string,
  format: BlockFormat,
  checkpoint: WeightsCheckpoint,
): Promise<BlockWeights> {
  const { entries } = await readSafetensorsHeader(file);
  const offsets = new Map(entries.map(({ name, offset }) => [name, offset]));
  const matrices = matricesOf(checkpoint).map(({ tensor: { name, shape }, isTurned }) => {
    const [rows, columns] = (isTurned ? shape.toReversed() : shape) as [number, number];
    const [numbers, scales] = [offsets.get(`${name}.numbers`), offsets.get(`${name}.scales`)];
    if (numbers === undefined || scales === undefined)
      throw new DataError({ file, at: name, problem: 'the matrix is missing.', hint: 'Delete the file.' });
    return [name, { rows, columns, numbers, scales }] as const;
  });
  return { format, file, matrices: new Map(matrices) };
}
