/**
 * NumPy's `.npy` format, as far as OpenAI's GPT-1 release uses it: little-endian 32-bit floats in C order.
 * Layout: `\x93NUMPY`, version (2 bytes), header length (2 bytes, from version 2 on 4), a Python dictionary, the numbers.
 */

import { DataError } from '../errors.js';
import { fileSize, readRange } from './read-range.js';

/** Where the numbers of an array lie in its file. */
export interface NpyArray {
  shape: number[];
  /** Byte offset of the first number. */
  offset: number;
  lengthBytes: number;
}

/** Reads the header of a `.npy` file of 32-bit floats. Throws DataError for anything else, and for a file cut short. */
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
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const isFortran = /'fortran_order':\s*True/.test(header);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr !== '<f4' || isFortran || shape === undefined) {
    throw new DataError({
      file,
      at: 'header',
      problem: 'the array has another layout.',
      expected: `'descr': '<f4', 'fortran_order': False`,
      found: header.trim().slice(0, 120),
    });
  }
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  const lengthBytes = sizes.reduce((product, size) => product * size, 4);
  if (offset + lengthBytes !== sizeBytes) {
    throw new DataError({
      file,
      problem: `the array [${sizes}] does not fill the file${offset + lengthBytes > sizeBytes ? ', which was cut short' : ''}.`,
      expected: `${offset + lengthBytes} bytes`,
      found: sizeBytes,
    });
  }
  return { shape: sizes, offset, lengthBytes };
}
