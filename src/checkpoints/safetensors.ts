/**
 * The safetensors format: 8 bytes with the header's length (little-endian), the header as JSON, then the numbers.
 * Header: `{"__metadata__": {…}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}}`, offsets
 * counted from the end of the header. The format forbids holes, overlaps and bytes that belong to no tensor, and so
 * does this reader: any of them means that the file was cut, padded or written wrongly.
 */

import { DataError } from '../errors.js';
import { decodeBytes } from '../files/decode.js';
import { isJsonObject, parseJson } from '../files/json-file.js';
import { fileSize, readRange } from './read-range.js';

/** Bytes of one number of every type that the format knows. Models use three of them; masks may use any other. */
const storedBytes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** Longest header read, as in the reference implementation; a damaged length must not fill the memory. */
const longestHeader = 100_000_000;

/** A tensor as the header describes it. */
interface SafetensorsEntry {
  name: string;
  /** `F32`, `F16`, `BF16` or a type that no parameter may have, such as `BOOL`. */
  dtype: string;
  shape: number[];
  /** Byte offset in the file, header included; need not be aligned. */
  offset: number;
  lengthBytes: number;
}

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  /** In the order of their offsets. */
  entries: SafetensorsEntry[];
  metadata: Record<string, string>;
}

/**
 * Reads the header of a safetensors file and checks it against the file's size.
 *
 * Throws DataError, naming tensor, expected and found, on: a file that is too short or too long, a header that is no
 * JSON object, an unknown type, a name given twice, ranges that overlap, leave a hole or do not fit type and shape.
 */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  const sizeBytes = await fileSize(file);
  if (sizeBytes < 8) {
    throw new DataError({
      file,
      problem: 'this is not a safetensors file.',
      expected: 'at least 8 bytes',
      found: sizeBytes,
    });
  }
  const prefix = await readRange(file, 0, 8);
  const headerBytes = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (headerBytes > sizeBytes - 8 || headerBytes > longestHeader) {
    throw new DataError({
      file,
      at: 'header',
      problem: 'the header is longer than the file, so the file was cut or is not in safetensors format.',
      expected: `at most ${Math.min(sizeBytes - 8, longestHeader)} bytes`,
      found: headerBytes,
    });
  }
  const text = decodeBytes(await readRange(file, 8, headerBytes), `${file} (header)`);
  const header = parseJson(text, file, 'the header');
  if (!isJsonObject(header)) {
    throw new DataError({ file, at: 'header', problem: 'the header is not a JSON object.' });
  }
  refuseDuplicateNames(text, file);

  const entries: SafetensorsEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = readMetadata(value, file);
    else entries.push(readEntry(name, value, 8 + headerBytes, file));
  }
  entries.sort((a, b) => a.offset - b.offset || a.lengthBytes - b.lengthBytes);
  checkRanges(entries, 8 + headerBytes, sizeBytes, file);
  return { entries, metadata };
}

function readMetadata(value: unknown, file: string): Record<string, string> {
  if (!isJsonObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new DataError({ file, at: '__metadata__', problem: 'metadata must map strings to strings.' });
  }
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown, dataStart: number, file: string): SafetensorsEntry {
  const { dtype, shape, data_offsets: range } = isJsonObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(range) || range.length !== 2) {
    throw new DataError({
      file,
      at: name,
      problem: 'the header entry is malformed.',
      expected: '{"dtype": string, "shape": [sizes], "data_offsets": [begin, end]}',
      found: JSON.stringify(value).slice(0, 120),
    });
  }
  const width = Object.hasOwn(storedBytes, dtype) ? storedBytes[dtype] : undefined;
  if (width === undefined) {
    throw new DataError({
      file,
      at: name,
      problem: 'the number type is unknown.',
      expected: Object.keys(storedBytes).join(', '),
      found: dtype,
    });
  }
  const [begin, end] = range as [number, number];
  const lengthBytes = end - begin;
  const expectedBytes = shape.reduce((product, size) => product * size, width);
  if (lengthBytes !== expectedBytes) {
    throw new DataError({
      file,
      at: name,
      problem: 'the length of the data does not fit type and shape.',
      expected: `${expectedBytes} bytes for ${dtype} [${shape}]`,
      found: lengthBytes,
    });
  }
  return { name, dtype, shape, offset: dataStart + begin, lengthBytes };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Every byte after the header belongs to exactly one tensor. `entries` are sorted by offset. */
function checkRanges(entries: SafetensorsEntry[], dataStart: number, sizeBytes: number, file: string): void {
  let end = dataStart;
  let previous = 'header';
  for (const { name, offset, lengthBytes } of entries) {
    if (offset !== end) {
      throw new DataError({
        file,
        at: name,
        problem: `the data ${offset < end ? 'overlaps with that of' : 'leaves a hole after'} ${previous}.`,
        expected: `offset ${end - dataStart}`,
        found: offset - dataStart,
      });
    }
    end = offset + lengthBytes;
    if (end > sizeBytes) {
      throw new DataError({
        file,
        at: name,
        problem: 'the file ends before the data does, so it was cut short.',
        expected: `at least ${end} bytes`,
        found: sizeBytes,
        hint: 'Delete the file and download it again.',
      });
    }
    previous = name;
  }
  if (end !== sizeBytes) {
    throw new DataError({
      file,
      problem: 'there are bytes after the last tensor.',
      expected: `${end} bytes`,
      found: sizeBytes,
    });
  }
}

/** `JSON.parse` keeps the last of two equal keys without a word; two tensors of one name must not pass like that. */
function refuseDuplicateNames(json: string, file: string): void {
  const seen = new Set<string>();
  let depth = 0;
  let isKey = false;
  // A string, or one of the characters that matter outside strings.
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === '{' || token === '[') {
      depth++;
      isKey = depth === 1;
    } else if (token === '}' || token === ']') {
      depth--;
    } else if (token === ',') {
      isKey = depth === 1;
    } else if (isKey) {
      isKey = false;
      const name = JSON.parse(token) as string;
      if (seen.has(name)) {
        throw new DataError({
          file,
          at: name,
          problem: 'the header has the name twice.',
          expected: 'one entry',
          found: 2,
        });
      }
      seen.add(name);
    }
  }
}
