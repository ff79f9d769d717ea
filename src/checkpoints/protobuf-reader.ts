/**
 * The protobuf wire format, read field by field without a schema
 * (https://protobuf.dev/programming-guides/encoding). It works on bytes in memory and on files of any size: of a field
 * that nobody asks for, only the tag and the length are read.
 */

import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { DataError } from '../errors.js';

/** Something with bytes at positions 0 to `size`. */
export interface ByteSource {
  /** For messages. */
  readonly file: string;
  readonly size: number;
  /** The byte at a position below `size`. */
  byteAt(position: number): number;
  /** A copy of the bytes from `start` to `end`, both at most `size`. */
  slice(start: number, end: number): Uint8Array;
}

/** One field of a message. */
export interface ProtobufField {
  number: number;
  /** Whether it has content (bytes, text, a message, packed numbers) rather than a single number. */
  hasContent: boolean;
  /** Value of a varint, fixed32 or fixed64 field as an unsigned integer; 0 for a length-delimited field. */
  value: number;
  /** Where the content of a length-delimited field (bytes, text, message) lies; for other fields where its value lies. */
  start: number;
  end: number;
}

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array, file: string): ByteSource {
  return {
    file,
    size: bytes.length,
    byteAt: (position) => bytes[position]!,
    slice: (start, end) => bytes.slice(start, end),
  };
}

/** An open file, read through a window: tags of neighbouring fields cost one read together. */
export function fileSource(descriptor: number, size: number, file: string): ByteSource {
  const window = new Uint8Array(1 << 16);
  let windowStart = 0;
  let windowEnd = 0;
  return {
    file,
    size,
    byteAt(position) {
      if (position < windowStart || position >= windowEnd) {
        windowStart = position;
        windowEnd = position + readSync(descriptor, window, 0, window.length, position);
      }
      return window[position - windowStart]!;
    },
    slice(start, end) {
      const bytes = new Uint8Array(end - start);
      readSync(descriptor, bytes, 0, bytes.length, start);
      return bytes;
    },
  };
}

/**
 * The fields of the message at `start` to `end`, in order. Throws DataError when the message is no protobuf or ends in
 * the middle of a field.
 */
export function* readFields(source: ByteSource, start = 0, end = source.size): Generator<ProtobufField> {
  let position = start;
  const malformed = (problem: string, at: number): DataError =>
    new DataError({
      file: source.file,
      at: `byte ${at}`,
      problem: `the protobuf message is broken: ${problem}.`,
    });
  /** Up to 64 bits; values beyond 2^53, such as negative ones, lose their lowest bits. */
  const readVarint = (): number => {
    const first = position;
    for (let value = 0, weight = 1, count = 0; count < 10; count++, weight *= 128) {
      if (position >= end) throw malformed('it ends within a number', first);
      const byte = source.byteAt(position++);
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw malformed('a number is longer than 64 bits', first);
  };
  while (position < end) {
    const fieldStart = position;
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw malformed('there is no field 0', fieldStart);
    const valueStart = position;
    let value = 0;
    let contentStart = position;
    if (wireType === 0) {
      value = readVarint();
    } else if (wireType === 2) {
      const length = readVarint();
      contentStart = position;
      position += length;
    } else if (wireType === 1 || wireType === 5) {
      position += wireType === 1 ? 8 : 4;
    } else {
      throw malformed(`wire type ${wireType} is unknown`, fieldStart);
    }
    if (position > end) {
      throw malformed(
        `field ${number} would end at byte ${position}, but the message ends at ${end}`,
        fieldStart,
      );
    }
    if (wireType === 1 || wireType === 5) {
      for (let at = position - 1; at >= valueStart; at--) value = value * 256 + source.byteAt(at);
    }
    yield { number, hasContent: wireType === 2, value, start: contentStart, end: position };
  }
}

/** Content of a field as UTF-8 text. Throws DataError for other bytes. */
export function readText(source: ByteSource, { start, end }: ProtobufField): string {
  const bytes = Buffer.from(source.slice(start, end));
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new DataError({ file: source.file, at: `byte ${start}`, problem: 'a name is not valid UTF-8 text.' });
}
