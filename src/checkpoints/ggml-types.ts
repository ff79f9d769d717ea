/**
 * Number types of ggml that are read. All but F32 and F16 are quantised: a block of 32 or 256 numbers has common scales (ggml,
 * `ggml-common.h` and `ggml-quants.c`).
 */
import { toFloat32 } from './read-tensor.js';

/** How numbers of a type lie in a file. */
export interface GgmlType {
  name: string;
  /** Numbers of a block, and its bytes. */
  numbers: number;
  bytes: number;
  /** Block `block` of the bytes, written to `out` from its place on; absent where a number is a block by itself. */
  dequantise?(bytes: Uint8Array, block: number, scale: ScaleAt, out: Float32Array): void;
}

/** The 16-bit float at that byte. */
type ScaleAt = (at: number) => number;

const { fround } = Math;

/** One scale, 32 numbers of 8 bits. */
const q8: GgmlType = {
  ...{ name: 'Q8_0', numbers: 32, bytes: 34 },
  dequantise(bytes, block, scaleAt, out) {
    const at = block * 34;
    const scale = scaleAt(at);
    for (let i = 0; i < 32; i++) out[block * 32 + i] = scale * signed(bytes[at + 2 + i]!);
  },
};

/** One scale, 16 bytes: the lower halves are the first 16 numbers, the upper ones the rest; 8 is zero. */
const q4: GgmlType = {
  ...{ name: 'Q4_0', numbers: 32, bytes: 18 },
  dequantise(bytes, block, scaleAt, out) {
    const at = block * 18;
    const scale = scaleAt(at);
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 2 + i]!;
      out[block * 32 + i] = scale * ((pair & 15) - 8);
      out[block * 32 + 16 + i] = scale * ((pair >> 4) - 8);
    }
  },
};

/** 256 numbers of 6 bits: 128 bytes with four bits of each, 64 with the other two, 16 scales of 8 bits, one scale of those. */
const q6: GgmlType = {
  ...{ name: 'Q6_K', numbers: 256, bytes: 210 },
  dequantise(bytes, block, scaleAt, out) {
    const at = block * 210;
    const scale = scaleAt(at + 208);
    for (let half = 0; half < 2; half++) {
      for (let quarter = 0; quarter < 4; quarter++) {
        for (let l = 0; l < 32; l++) {
          const low = bytes[at + half * 64 + (quarter % 2) * 32 + l]!;
          const high = bytes[at + 128 + half * 32 + l]!;
          const four = quarter < 2 ? low & 15 : low >> 4;
          const number = (four | (((high >> (2 * quarter)) & 3) << 4)) - 32;
          const own = signed(bytes[at + 192 + half * 8 + quarter * 2 + (l >> 4)]!);
          out[block * 256 + half * 128 + quarter * 32 + l] = fround(scale * own) * number;
        }
      }
    }
  },
};

const signed = (byte: number) => (byte << 24) >> 24;

/** The types that are read, by their number. */
export const ggmlTypes: ReadonlyMap<number, GgmlType> = new Map([
  [0, { name: 'F32', numbers: 1, bytes: 4 }],
  [1, { name: 'F16', numbers: 1, bytes: 2 }],
  [2, q4],
  [8, q8],
  [14, q6],
]);

/** Names of types that are not read, for messages; a number that is none of these is unknown. */
const others: Readonly<Record<number, string>> = {
  ...{
    3: 'Q4_1',
    6: 'Q5_0',
    7: 'Q5_1',
    9: 'Q8_1',
    10: 'Q2_K',
    11: 'Q3_K',
    12: 'Q4_K',
    13: 'Q5_K',
    15: 'Q8_K',
  },
  ...{
    16: 'IQ2_XXS',
    17: 'IQ2_XS',
    18: 'IQ3_XXS',
    19: 'IQ1_S',
    20: 'IQ4_NL',
    21: 'IQ3_S',
    22: 'IQ2_S',
    23: 'IQ4_XS',
  },
  ...{
    24: 'I8',
    25: 'I16',
    26: 'I32',
    27: 'I64',
    28: 'F64',
    29: 'IQ1_M',
    30: 'BF16',
    34: 'TQ1_0',
    35: 'TQ2_0',
    39: 'MXFP4',
  },
};

/** What a type is called. */
export function ggmlTypeName(type: number): string {
  return ggmlTypes.get(type)?.name ?? others[type] ?? `type ${type}`;
}

/** All numbers of a quantised tensor, as ggml computes them: in 32 bits. Throws TypeError (a bug) for a type that is not quantised. */
export function dequantise(
  { name, numbers, bytes: width, dequantise: one }: GgmlType,
  bytes: Uint8Array,
): Float32Array<ArrayBuffer> {
  if (one === undefined) throw new TypeError(`${name} is not quantised`);
  const blocks = bytes.length / width;
  const out = new Float32Array(blocks * numbers);
  const half = new Uint8Array(2);
  const scaleAt = (at: number) => {
    half.set(bytes.subarray(at, at + 2));
    return toFloat32(half, 'F16')[0]!;
  };
  for (let block = 0; block < blocks; block++) one(bytes, block, scaleAt, out);
  return out;
}
