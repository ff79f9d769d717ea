/** Weights of 64 bits: no graph computes in them, so each is rounded once, to the nearest number of 32 bits (ties to even). */

import { DataError } from '../errors.js';
import { checkMaskedCrc, crc32c } from './crc32c.js';
import type { FoundTensor } from './parameters.js';
import { readRange } from './read-range.js';

/**
 * A tensor of type F64 as one of type F32 in memory. Throws DataError for a number that 32 bits cannot hold, for one that is no
 * number, and for data whose stored checksum is another: the rounded bytes have none that could be compared later.
 */
export async function roundTensor({ crc32c: stored, ...tensor }: FoundTensor): Promise<FoundTensor> {
  const { data, name, source } = tensor;
  const bytes =
    'bytes' in data ? data.bytes : await readRange(data.file, data.offset, data.lengthBytes, source);
  if (stored !== undefined) checkMaskedCrc(crc32c(bytes), stored, { file: source, at: name });
  return { ...tensor, dtype: 'F32', data: { bytes: roundDoubles(bytes, { file: source, at: name }) } };
}

/** Little-endian doubles as little-endian 32-bit floats. `place` names them in the DataError that `roundTensor` describes. */
export function roundDoubles(bytes: Uint8Array, place: { file: string; at: string }): Uint8Array {
  // The copy starts at a multiple of 8, which the view asks for.
  const doubles = new Float64Array(bytes.slice().buffer);
  const rounded = Float32Array.from(doubles);
  const index = rounded.findIndex((number) => !Number.isFinite(number));
  if (index < 0) return new Uint8Array(rounded.buffer);
  throw new DataError({
    ...place,
    problem: `number ${index} of the parameter does not fit into 32 bits.`,
    expected: 'finite numbers up to 3.4e38',
    found: doubles[index]!,
  });
}
