import { DataError } from '../errors.js';
import { dtypeBytes, type WeightDtype } from './checkpoint.js';
import { toFloat32 } from './read-tensor.js';

/**
 * Throws DataError when numbers of a parameter are NaN or infinite; training that diverged and damaged files leave such
 * numbers, and a model with a single one answers NaN to everything.
 *
 * `bytes` starts at an address that is a multiple of 4 and holds the numbers from index `firstIndex` on.
 */
export function checkFinite(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: WeightDtype,
  place: { file: string; name: string; firstIndex: number },
): void {
  if (allFinite(bytes, dtype)) return;
  const numbers = toFloat32(bytes, dtype);
  const index = numbers.findIndex((number) => !Number.isFinite(number));
  throw new DataError({
    file: place.file,
    at: place.name,
    problem: `number ${place.firstIndex + index} of the parameter is not finite.`,
    expected: 'finite numbers',
    found: numbers[index]!,
  });
}

/**
 * Whether no exponent has all its bits set, which is how NaN and infinity are written. With the sign masked away, adding
 * the lowest exponent bit carries into the sign position exactly then; OR-ing the sums keeps the loop free of branches.
 */
function allFinite(bytes: Uint8Array<ArrayBuffer>, dtype: WeightDtype): boolean {
  const { buffer, byteOffset, byteLength } = bytes;
  let sums = 0;
  if (dtype === 'F32') {
    const words = new Int32Array(buffer, byteOffset, byteLength / 4);
    for (let i = 0; i < words.length; i++) sums |= ((words[i]! & 0x7fffffff) + 0x00800000) | 0;
    return sums >= 0;
  }
  const halves = new Uint16Array(buffer, byteOffset, byteLength / dtypeBytes[dtype]);
  const lowestExponentBit = dtype === 'F16' ? 0x0400 : 0x0080;
  for (let i = 0; i < halves.length; i++) sums |= (halves[i]! & 0x7fff) + lowestExponentBit;
  return (sums & 0x8000) === 0;
}
