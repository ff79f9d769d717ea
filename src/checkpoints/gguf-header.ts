/**
 * The header of a GGUF file (ggml, docs/gguf.md), versions 2 and 3, little-endian: "GGUF", version, number of tensors, number of
 * key-value pairs; the pairs; of each tensor its name, sizes (the innermost first), type and offset; then, aligned, the numbers.
 */
import { DataError } from '../errors.js';
import { fileSize, readRange } from './read-range.js';

/** What a key can have as its value. Numbers of 64 bits become floats: nothing that is read here is as large. */
export type GgufValue = number | boolean | string | GgufValue[];

/** A tensor as the header describes it. */
export interface GgufTensor {
  name: string;
  /** Row-major, the outermost first: the other way round than in the file. */
  shape: number[];
  /** Number of the type (ggml-types.ts). */
  type: number;
  /** Byte offset in the file. */
  offset: number;
}

/** What the header says. */
export interface GgufHeader {
  metadata: Map<string, GgufValue>;
  tensors: GgufTensor[];
  sizeBytes: number;
}

/** Bytes read first; a vocabulary of 50,257 tokens and its merges take less than 3 MB. */
const firstRead = 4e6;

/** Longest header that is believed. */
const longestHeader = 2e8;

/** The header does not end in the bytes that were read. */
class Short extends Error {}

/** Reads the header. Throws DataError where this is no GGUF file, one of another version, or one that is cut or damaged. */
export async function readGgufHeader(file: string): Promise<GgufHeader> {
  const sizeBytes = await fileSize(file);
  for (let length = firstRead; ; length *= 4) {
    const bytes = await readRange(file, 0, Math.min(length, sizeBytes));
    try {
      return { ...parse(bytes, file), sizeBytes };
    } catch (error) {
      if (!(error instanceof Short)) throw error;
      if (length >= sizeBytes || length >= longestHeader) {
        throw new DataError({
          file,
          problem: 'the file ends within its header, so it was cut short.',
          hint: 'Fetch it again.',
        });
      }
    }
  }
}

function parse(bytes: Uint8Array, file: string): Pick<GgufHeader, 'metadata' | 'tensors'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  let at = 0;
  const take = (length: number): number => {
    if (!(at + length <= bytes.length)) throw new Short();
    at += length;
    return at - length;
  };
  const refuse = (problem: string, expected?: string, found?: string | number): never => {
    throw new DataError({ file, problem, expected, found });
  };
  const u32 = () => view.getUint32(take(4), true);
  const u64 = () => Number(view.getBigUint64(take(8), true));
  const text = () => {
    const length = u64();
    const start = take(length);
    return decoder.decode(bytes.subarray(start, start + length));
  };
  const readers: Readonly<Record<number, () => GgufValue>> = {
    0: () => bytes[take(1)]!,
    1: () => view.getInt8(take(1)),
    2: () => view.getUint16(take(2), true),
    3: () => view.getInt16(take(2), true),
    4: u32,
    5: () => view.getInt32(take(4), true),
    6: () => view.getFloat32(take(4), true),
    7: () => bytes[take(1)]! !== 0,
    8: text,
    9: () => {
      const read = readerOf(u32());
      const count = u64();
      const values: GgufValue[] = [];
      while (values.length < count) values.push(read());
      return values;
    },
    10: u64,
    11: () => Number(view.getBigInt64(take(8), true)),
    12: () => view.getFloat64(take(8), true),
  };
  const readerOf = (type: number) =>
    readers[type] ?? refuse('a value has a type that is unknown.', '0 to 12', type);

  if (bytes.length < 24 || decoder.decode(bytes.subarray(0, 4)) !== 'GGUF') {
    refuse('this is no GGUF file.', 'a file that begins with "GGUF"');
  }
  at = 4;
  const version = u32();
  if (version !== 2 && version !== 3)
    refuse('the version of the format is not read.', '2 or 3, little-endian', version);
  const [tensorCount, pairCount] = [u64(), u64()];
  const metadata = new Map<string, GgufValue>();
  for (let pair = 0; pair < pairCount; pair++) {
    const key = text();
    if (metadata.has(key)) refuse(`the key ${key} is there twice.`);
    metadata.set(key, readerOf(u32())());
  }
  const found: GgufTensor[] = [];
  for (let tensor = 0; tensor < tensorCount; tensor++) {
    const name = text();
    const axes = u32();
    if (axes > 4) refuse(`${name} has too many axes.`, 'at most 4', axes);
    const shape = Array.from({ length: axes }, u64).reverse();
    found.push({ name, shape, type: u32(), offset: u64() });
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !(alignment >= 1)) return refuse('general.alignment makes no sense.');
  const start = Math.ceil(at / alignment) * alignment;
  return { metadata, tensors: found.map((tensor) => ({ ...tensor, offset: start + tensor.offset })) };
}
