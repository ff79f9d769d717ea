/** Byte-pair encoding of single words, for whole corpora: the library's is made for texts and takes many times as long. */
import type { BytePairs } from './byte-pairs.js';
import { byteSymbols, symbolBytes } from './byte-symbols.js';

/** Longer words are left to the library: the search for the next merge here looks at all pairs of a word. */
export const LONGEST_MERGED = 128;

/**
 * A function from the UTF-8 of a word to its ids: again and again the pair of the earliest merge is joined, the leftmost where it
 * stands several times, as in Hugging Face tokenizers. The vocabulary has all 256 byte symbols.
 */
export function wordMerger({ vocab, merges }: BytePairs): (bytes: Uint8Array) => number[] {
  const idOfByte = new Int32Array(256);
  byteSymbols.forEach((symbol, index) => {
    idOfByte[symbolBytes[index]!] = vocab.get(symbol)!;
  });
  // Ids may have gaps and be large; their product stays far below 2^53.
  let largest = 0;
  for (const id of vocab.values()) largest = Math.max(largest, id);
  const size = largest + 1;
  /** By left · size + right: the place of the merge in the list, and what it makes. */
  const ranks = new Map<number, number>();
  const results = new Int32Array(merges.length);
  merges.forEach(([left, right], rank) => {
    ranks.set(vocab.get(left)! * size + vocab.get(right)!, rank);
    results[rank] = vocab.get(left + right)!;
  });
  return (bytes) => {
    const ids = Array.from(bytes, (byte) => idOfByte[byte]!);
    const pairs = ids.slice(1).map((id, i) => ranks.get(ids[i]! * size + id) ?? Number.POSITIVE_INFINITY);
    for (;;) {
      let best = 0;
      for (let i = 1; i < pairs.length; i++) if (pairs[i]! < pairs[best]!) best = i;
      const rank = pairs[best];
      if (rank === undefined || rank === Number.POSITIVE_INFINITY) return ids;
      const merged = results[rank]!;
      ids.splice(best, 2, merged);
      pairs.splice(best, 1);
      const rankAt = (i: number) => ranks.get(ids[i]! * size + ids[i + 1]!) ?? Number.POSITIVE_INFINITY;
      if (best > 0) pairs[best - 1] = rankAt(best - 1);
      if (best < pairs.length) pairs[best] = rankAt(best);
    }
  };
}
