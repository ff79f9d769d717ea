/** Rounding a matrix to few bits (models/block-matrix.ts has the layout). */
import { type BlockFormat, blockFormats, blocksOf } from '../models/block-matrix.js';

/** Rows of a matrix in few bits. */
export interface BlockNumbers {
  /** [N, K / block, block · bits / 8]. */
  numbers: Uint8Array;
  /** [N, K / block]. */
  scales: Float32Array;
}

/**
 * Rounds the rows of a matrix [N, K]. Of 8 bits the scale is the largest magnitude of the block over 127; of 4 bits, whose
 * range −8 … 7 is lopsided, the number of the largest magnitude becomes −8 exactly.
 */
export function toBlocks(values: Float32Array, columns: number, format: BlockFormat): BlockNumbers {
  const { bits, block } = blockFormats[format];
  const rows = values.length / columns;
  const perRow = blocksOf(columns, format);
  const zero = 2 ** (bits - 1);
  const numbers = new Uint8Array((rows * perRow * block * bits) / 8);
  const scales = new Float32Array(rows * perRow);
  // Numbers behind the end of a row stand for 0.
  const empty = bits === 8 ? zero : zero | (zero << 4);
  if (columns % block !== 0) numbers.fill(empty);
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < perRow; part++) {
      const from = row * columns + part * block;
      const to = Math.min(from + block, (row + 1) * columns);
      let largest = 0;
      for (let i = from; i < to; i++) if (Math.abs(values[i]!) > Math.abs(largest)) largest = values[i]!;
      const at = row * perRow + part;
      const scale = bits === 8 ? Math.abs(largest) / 127 : largest / -zero;
      scales[at] = scale;
      const inverse = scale === 0 ? 0 : 1 / scale;
      const start = (at * block * bits) / 8;
      if (bits === 8)
        for (let i = from; i < to; i++) numbers[start + i - from] = Math.round(values[i]! * inverse) + zero;
      else
        for (let i = from; i < to; i += 2) {
          const low = half(values[i]! * inverse, zero);
          const high = i + 1 < to ? half(values[i + 1]! * inverse, zero) : zero;
          numbers[start + ((i - from) >> 1)] = low | (high << 4);
        }
    }
  }
  return { numbers, scales };
}

function half(value: number, zero: number): number {
  return Math.min(2 * zero - 1, Math.max(0, Math.round(value) + zero));
}
