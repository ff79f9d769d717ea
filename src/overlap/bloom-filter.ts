import { UserError } from '../errors.js';
import { formatBytes } from '../format.js';
import { murmur3 } from './murmur3.js';
import type { NgramSet } from './ngram-set.js';

/**
 * Smallest filter, in bits (8 kB). The places of an element follow from three numbers below the number of bits, so in a tiny
 * filter two elements would have all their places in common too often.
 */
const LEAST_BITS = 65_536;

/** How large a Bloom filter has to be. */
export interface BloomSize {
  bits: number;
  /** Bits that are set for each element. */
  hashes: number;
}

/**
 * Size of a Bloom filter that, with so many elements in it, takes another one for one of them with at most that probability:
 * about 1.44 · log2(1/p) bits for each element, 38.3 for p = 1e-8, of which 27 are set.
 */
export function bloomSize(elements: number, falsePositiveRate: number): BloomSize {
  // k = log2(1/p) is best; since it has to be whole, the bits m follow from p = (1 − exp(−k·n/m))^k.
  const hashes = Math.max(1, Math.round(-Math.log2(falsePositiveRate)));
  const bits = Math.ceil((-hashes * elements) / Math.log1p(-(falsePositiveRate ** (1 / hashes))));
  return { bits: Math.max(LEAST_BITS, bits), hashes };
}

/** A Bloom filter (Bloom 1970). */
export interface BloomFilter extends NgramSet, BloomSize {
  /** Share of the bits that are set. */
  fill(): number;
  /** Probability that something that was not added is found: fill^hashes. */
  falsePositiveRate(): number;
}

/**
 * An empty filter. The places of an element are a, a + b, a + 2b + c, a + 3b + 3c, … modulo the number of bits (triple
 * hashing, Dillinger and Manolios 2004), with a, b and c from a hash of 128 bits: double hashing of 64 bits would add false
 * positives of its own, which show at rates like 1e-8. Throws UserError when there is not enough memory.
 */
export function createBloomFilter({ bits, hashes }: BloomSize): BloomFilter {
  const data = allocate(Math.ceil(bits / 8));
  const lanes = new Uint32Array(4);
  const visit = (
    bytes: Uint8Array,
    start: number,
    end: number,
    place: (byte: number, bit: number) => boolean,
  ): boolean => {
    murmur3(bytes, start, end, lanes);
    // 53 bits, so that filters of more than 2^32 bits are used evenly.
    let at = (lanes[0]! * 2 ** 21 + (lanes[1]! >>> 11)) % bits;
    let step = lanes[2]! % bits;
    const growth = lanes[3]! % bits;
    for (let i = 0; i < hashes; i++) {
      const byte = Math.floor(at / 8);
      if (!place(byte, 1 << (at - 8 * byte))) return false;
      at += step;
      if (at >= bits) at -= bits;
      step += growth;
      if (step >= bits) step -= bits;
    }
    return true;
  };
  const set = (byte: number, bit: number) => {
    data[byte]! |= bit;
    return true;
  };
  const isSet = (byte: number, bit: number) => (data[byte]! & bit) !== 0;
  const fill = () => countBits(data) / bits;
  return {
    bits,
    hashes,
    add: (bytes, start, end) => void visit(bytes, start, end, set),
    has: (bytes, start, end) => visit(bytes, start, end, isSet),
    fill,
    falsePositiveRate: () => fill() ** hashes,
  };
}

function allocate(sizeBytes: number): Uint8Array {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    throw new UserError(`The filter needs ${formatBytes(sizeBytes)} of memory, which cannot be had.`, {
      hint: 'A larger --false-positive-rate needs less: 1e-4 takes half as much as 1e-8. Or give less training text.',
      cause,
    });
  }
}

function countBits(data: Uint8Array): number {
  let count = 0;
  for (const byte of data) count += BITS_OF_BYTE[byte]!;
  return count;
}

const BITS_OF_BYTE = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte.toString(2).replaceAll('0', '').length,
);
