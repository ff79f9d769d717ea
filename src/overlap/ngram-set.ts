/** A set of n-grams, each given as the bytes from `start` to before `end`. */
export interface NgramSet {
  add(bytes: Uint8Array, start: number, end: number): void;
  has(bytes: Uint8Array, start: number, end: number): boolean;
}

/** Most n-grams of an exact set: some 150 bytes of memory each, and the limit of the language is 16 million. */
export const MAX_EXACT_NGRAMS = 5_000_000;

/** An n-gram set without false positives that keeps the n-grams themselves, for small texts. */
export function createExactSet(): NgramSet & { size(): number } {
  const texts = new Set<string>();
  const textOf = (bytes: Uint8Array, start: number, end: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  return {
    add: (...range) => void texts.add(textOf(...range)),
    has: (...range) => texts.has(textOf(...range)),
    size: () => texts.size,
  };
}
