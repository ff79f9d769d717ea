/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), the checksum of LevelDB tables and TensorFlow checkpoints. */

import { DataError } from '../errors.js';

/** Eight tables: `tables[k][b]` is the effect of byte b followed by k zero bytes, so that eight bytes go in one step. */
const tables = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let k = 1; k < 8; k++) all.push(all[k - 1]!.map((crc) => (crc >>> 8) ^ first[crc & 255]!));
  return all;
}

/** CRC-32C of `bytes`, or, given the checksum of what came before, of both together. Unsigned. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~before;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      t7[crc & 255]! ^
      t6[(crc >>> 8) & 255]! ^
      t5[(crc >>> 16) & 255]! ^
      t4[crc >>> 24]! ^
      t3[bytes[i + 4]!]! ^
      t2[bytes[i + 5]!]! ^
      t1[bytes[i + 6]!]! ^
      t0[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** Checksum as LevelDB stores it: rotated and shifted, so that a checksum of data with checksums in it stays useful. */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Compares the checksum of a tensor's data with the one that its index keeps, masked. Throws DataError that names `place`. */
export function checkMaskedCrc(crc: number, stored: number, place: { file: string; at: string }): void {
  const found = maskCrc(crc);
  if (found === stored) return;
  throw new DataError({
    ...place,
    problem: 'the data is damaged: its checksum is another than the index says.',
    expected: stored,
    found,
  });
}
