/**
 * LevelDB's table format (github.com/google/leveldb, doc/table_format.md): sorted keys and values in blocks, found
 * through an index block, found through a footer of 48 bytes. TensorFlow keeps the list of a checkpoint's tensors in it.
 *
 *     data block … │ meta block │ index block │ footer
 *     block = entries, restart positions, their count; then 1 byte compression, 4 bytes masked CRC-32C
 *     entry = shared key bytes, own key bytes, value bytes (varints), own key, value
 */

import { isUtf8 } from 'node:buffer';
import { DataError } from '../errors.js';
import { crc32c, maskCrc } from './crc32c.js';

const footerBytes = 48;
const magic = 0xdb4775248b80fb57n;

/**
 * All keys and values of a table held in memory. Values are views into `table`.
 *
 * Throws DataError when the footer or a block is damaged (every block's checksum is compared) or a block is compressed,
 * which TensorFlow does not do for checkpoints.
 */
export function readTable(table: Uint8Array, file: string): Map<string, Uint8Array> {
  const end = table.length;
  const footerStart = end - footerBytes;
  const view = new DataView(table.buffer, table.byteOffset, end);
  if (footerStart < 0 || view.getBigUint64(end - 8, true) !== magic) {
    throw new DataError({
      file,
      problem: 'this is not a checkpoint index, or it was cut short (no LevelDB footer).',
    });
  }
  const footer = new Cursor(table, footerStart, end - 8, file);
  footer.varint(); // Handle of the meta block, which TensorFlow leaves empty: offset,
  footer.varint(); // size.
  const entries = new Map<string, Uint8Array>();
  for (const [, handle] of readBlock(table, footer.varint(), footer.varint(), file)) {
    const block = new Cursor(handle, 0, handle.length, file);
    for (const [key, value] of readBlock(table, block.varint(), block.varint(), file)) {
      if (entries.has(key)) throw new DataError({ file, at: key, problem: 'the index has the name twice.' });
      entries.set(key, value);
    }
  }
  return entries;
}

function readBlock(table: Uint8Array, offset: number, size: number, file: string): [string, Uint8Array][] {
  const at = `block at byte ${offset}`;
  const trailer = offset + size;
  if (trailer + 5 > table.length) {
    throw new DataError({
      file,
      at,
      problem: 'the block ends outside of the file.',
      expected: `at most ${table.length} bytes`,
      found: trailer + 5,
    });
  }
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const stored = view.getUint32(trailer + 1, true);
  const actual = maskCrc(crc32c(table.subarray(offset, trailer + 1)));
  if (stored !== actual) {
    throw new DataError({
      file,
      at,
      problem: 'the block is damaged: wrong checksum.',
      expected: stored,
      found: actual,
    });
  }
  if (table[trailer] !== 0) {
    throw new DataError({
      file,
      at,
      problem: 'the block is compressed, which is not supported.',
      expected: 'compression 0',
      found: table[trailer]!,
    });
  }
  const restarts = size < 4 ? -1 : view.getUint32(trailer - 4, true);
  const entriesEnd = trailer - 4 - 4 * restarts;
  if (restarts < 0 || entriesEnd < offset)
    throw new DataError({ file, at, problem: 'the block is malformed.' });

  const cursor = new Cursor(table, offset, entriesEnd, file);
  const entries: [string, Uint8Array][] = [];
  let key = Buffer.alloc(0);
  while (!cursor.isAtEnd) {
    const shared = cursor.varint();
    const own = cursor.varint();
    const valueBytes = cursor.varint();
    if (shared > key.length) throw new DataError({ file, at, problem: 'the block is malformed.' });
    key = Buffer.concat([key.subarray(0, shared), cursor.take(own)]);
    if (!isUtf8(key)) throw new DataError({ file, at, problem: 'the block has a name that is no text.' });
    entries.push([key.toString('utf8'), cursor.take(valueBytes)]);
  }
  return entries;
}

/** Reads numbers and byte runs one after another from a part of an array. */
class Cursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #file: string;
  #position: number;

  constructor(bytes: Uint8Array, start: number, end: number, file: string) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#file = file;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  varint(): number {
    for (let value = 0, weight = 1; !this.isAtEnd && weight < 2 ** 49; weight *= 128) {
      const byte = this.#bytes[this.#position++]!;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw this.#cut();
  }

  take(length: number): Uint8Array {
    const start = this.#position;
    this.#position += length;
    if (this.#position > this.#end) throw this.#cut();
    return this.#bytes.subarray(start, this.#position);
  }

  #cut(): DataError {
    return new DataError({
      file: this.#file,
      at: `byte ${this.#position}`,
      problem: 'the index is malformed: an entry goes beyond its block.',
    });
  }
}
