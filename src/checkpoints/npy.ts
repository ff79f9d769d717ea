/**
 * NumPy's `.npy` format, as far as weights need it: little-endian floats of 32 bits, which OpenAI's GPT-1 release has, or of 64,
 * in C order.
 * Layout: `\x93NUMPY`, version (2 bytes), header length (2 bytes, from version 2 on 4), a Python dictionary, the numbers.
 */

import { DataError } from '../errors.js';
import { fileSize, readRange } from './read-range.js';

/** Where the numbers of an array lie in its file. */
export interface NpyArray {
  dtype: 'F32' | 'F64';
  shape: number[];
  /** Byte offset of the first number. */
  offset: number;
  lengthBytes: number;
}

/** The types by the names that NumPy has for them. */
const dtypes = new Map<string | undefined, { dtype: NpyArray['dtype']; numberBytes: number }>([
  ['<f4', { dtype: 'F32', numberBytes: 4 }],
  ['<f8', { dtype: 'F64', numberBytes: 8 }],
]);

/** Reads the header of a `.npy` file. Throws DataError for another type or order of numbers, and for a file cut short. */
export async function readNpyHeader(file: string): Promise<NpyArray> {
  const sizeBytes = await fileSize(file);
  const start = Buffer.from(await readRange(file, 0, Math.min(12, sizeBytes)));
  if (start.length < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw new DataError({
      file,
      problem: 'this is not a NumPy array file.',
      expected: 'the mark \\x93NUMPY',
    });
  }
  const lengthWidth = start[6]! >= 2 ? 4 : 2;
  const headerBytes = lengthWidth === 4 ? start.readUInt32LE(8) : start.readUInt16LE(8);
  const offset = 8 + lengthWidth + headerBytes;
  if (offset > sizeBytes) {
    throw new DataError({
      file,
      at: 'header',
      problem: 'the header is longer than the file.',
      expected: `at most ${sizeBytes} bytes`,
      found: offset,
    });
  }
  const header = Buffer.from(await readRange(file, 8 + lengthWidth, headerBytes)).toString('latin1');
  const type = dtypes.get(/'descr':\s*'([^']*)'/.exec(header)?.[1]);
  const isFortran = /'fortran_order':\s*True/.test(header);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || isFortran || shape === undefined) {
    throw new DataError({
      file,
      at: 'header',
      problem: 'the array has another layout.',
      expected: `'descr': '<f4' or '<f8', 'fortran_order': False`,
      found: header.trim().slice(0, 120),
    });
  }
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  const lengthBytes = sizes.reduce((product, size) => product * size, type.numberBytes);
  if (offset + lengthBytes !== sizeBytes) {
    throw new DataError({
      file,
      problem: `the array [${sizes}] does not fill the file${offset + lengthBytes > sizeBytes ? ', which was cut short' : ''}.`,
      expected: `${offset + lengthBytes} bytes`,
      found: sizeBytes,
    });
  }
  return { dtype: type.dtype, shape: sizes, offset, lengthBytes };
}
