/**
 * Matrices of few bits: a row of a matrix is cut into blocks, and the numbers of a block are whole multiples of a scale of its own.
 * The other factor of a product is rounded to 8 bits as well, in blocks of a single row: what one row becomes depends on no other.
 * onnxruntime docs/ContribOperators.md, com.microsoft.MatMulNBits.
 */
import { matmulShape } from '../graph/shapes.js';
import { operation, type Value } from '../graph/value.js';

/**
 * Bits of a number and numbers of a block, by the name that `--dtype` has for them. Of 8 bits, blocks of 128 are the fastest on
 * every processor tried, and 64 or 32 hardly more exact; of 4 bits, the smallest blocks are the most exact (docs/precision.md).
 */
export const blockFormats = {
  q8: { bits: 8, block: 128 },
  q4: { bits: 4, block: 32 },
} as const;

/** One of `blockFormats`. */
export type BlockFormat = keyof typeof blockFormats;

/** A matrix [N, K] that is multiplied from the right, transposed: x [..., K] → [..., N]. */
export interface BlockMatrix {
  format: BlockFormat;
  rows: number;
  columns: number;
  /** uint8 [N, K / block, block · bits / 8]; of 4 bits, the lower half of a byte comes first. The middle of the range stands for 0. */
  numbers: Value;
  /** float32 [N · K / block]. */
  scales: Value;
}

/** Blocks of a row of that many numbers; the last one may be filled up. */
export function blocksOf(columns: number, format: BlockFormat): number {
  return Math.ceil(columns / blockFormats[format].block);
}

/** x [..., K] · Wᵀ + bias → [..., N]. */
export function timesBlockMatrix(x: Value, matrix: BlockMatrix, bias?: Value): Value {
  const { format, rows: N, columns: K, numbers, scales } = matrix;
  const { bits, block } = blockFormats[format];
  return operation(
    'MatMulNBits',
    [x, numbers, scales, ...(bias === undefined ? [] : [undefined, undefined, bias])],
    [{ dtype: 'float32', shape: matmulShape(x.shape, [K, N]) }],
    // Level 4: the other factor in 8 bits.
    { K, N, bits, block_size: block, accuracy_level: 4 },
    'com.microsoft',
  )[0]!;
}
