/**
 * The heart of byte-pair encoding (Sennrich et al. 2016): the most frequent pair of neighbouring symbols inside words becomes a
 * new symbol, again and again.
 *
 * Only the distinct words and how often each occurs are kept, laid end to end in one array of symbols; a merge visits
 * the places where its pair stands and nothing else:
 *
 *     position      0   1   2   3   4   5   6         after l+o, lo+w:   0   1   2   3   4   5   6
 *     symbol        l   o   w   Ġ   l   o   w                           low  –   –   Ġ  low  –   –
 *     next          1   2   –   4   5   6   –                            –           4   –
 *     word          0   0   0   1   1   1   1
 */

import type { Merge } from './byte-pairs.js';
import { PairQueue } from './pair-queue.js';

/** How far a training is: first words are counted, then pairs are merged. */
export type BytePairProgress =
  | { phase: 'words'; characters: number; distinctWords: number }
  | { phase: 'merges'; done: number; total: number };

/** How to train a vocabulary. */
export interface BytePairOptions {
  /** Number of ids in all: first symbols, merges, and the special token. */
  vocabSize: number;
  /** Called after each text and every few hundred merges. */
  onProgress?: (progress: BytePairProgress) => void;
}

/** A word as the ids of its first symbols, and how often it occurs. */
export interface CountedWord {
  ids: ArrayLike<number>;
  count: number;
}

/** A pair that occurs once would only learn a word by heart; the default of Hugging Face tokenizers as well. */
export const MIN_COUNT = 2;

/** Between two breaths of the event loop; the costliest merges, the first, take some 10 ms each. */
const MERGES_PER_TURN = 100;

/**
 * Learns up to `total` merges. `first` are the symbols that words are made of; merged ones follow them in the order of their
 * merges. Of pairs with equal counts the one with the smaller left id wins, then the one with the smaller right id: the rule of
 * Hugging Face tokenizers. There are fewer merges when no pair is left that occurs twice.
 */
export async function learnMerges(
  first: readonly string[],
  counted: readonly CountedWord[],
  total: number,
  onProgress: BytePairOptions['onProgress'],
): Promise<{ symbols: string[]; merges: Merge[] }> {
  const words = layOut(counted);
  const symbols = [...first];
  const known = new Set(symbols);
  const merges: Merge[] = [];
  const pairs = countPairs(words);
  while (merges.length < total) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < MIN_COUNT) break;
    const merged = symbols[best.left] + symbols[best.right];
    // What lies inside a symbol was merged without regard to its surroundings, hence every time by the same pairs in the same
    // order, and no other pair leads to it. Only a text that spells a marker such as `</w>` out can; that pair stays apart.
    if (known.has(merged)) continue;
    known.add(merged);
    symbols.push(merged);
    merges.push([symbols[best.left], symbols[best.right]]);
    mergePair(words, pairs, best, symbols.length - 1);
    if (merges.length % MERGES_PER_TURN === 0) {
      onProgress?.({ phase: 'merges', done: merges.length, total });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  onProgress?.({ phase: 'merges', done: merges.length, total });
  return { symbols, merges };
}

/** The distinct words end to end. Arrays have one element for each first symbol: see the picture above. */
interface Words {
  /** Id of the symbol that starts at a position; -1 where a merge has swallowed it. */
  symbol: Int32Array;
  /** Position of the neighbour in the same word; -1 at its ends. */
  next: Int32Array;
  previous: Int32Array;
  /** Number of the word that a position belongs to. */
  word: Int32Array;
  /** Occurrences, by number of the word. */
  count: Float64Array;
}

function layOut(counted: readonly CountedWord[]): Words {
  const length = counted.reduce((sum, { ids }) => sum + ids.length, 0);
  const symbol = new Int32Array(length);
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  const word = new Int32Array(length);
  let position = 0;
  for (const [number, { ids }] of counted.entries()) {
    const start = position;
    for (let i = 0; i < ids.length; i++, position++) {
      symbol[position] = ids[i];
      previous[position] = position - 1;
      next[position] = position + 1;
      word[position] = number;
    }
    previous[start] = -1;
    next[position - 1] = -1;
  }
  return { symbol, next, previous, word, count: Float64Array.from(counted, ({ count }) => count) };
}

function countPairs({ symbol, next, word, count }: Words): PairQueue {
  const pairs = new PairQueue();
  for (let position = 0; position < symbol.length; position++) {
    if (next[position] < 0) continue;
    pairs.add(symbol[position], symbol[next[position]], position, count[word[position]]);
  }
  pairs.enqueueNew();
  return pairs;
}

/**
 * Puts `merged` where the pair stands, from left to right as in encoding, which matters for `aaa`. Only pairs with the
 * new symbol become more frequent; those that lose occurrences keep stale positions, which is why each is looked at again.
 */
function mergePair(
  { symbol, next, previous, word, count }: Words,
  pairs: PairQueue,
  { left, right, positions }: { left: number; right: number; positions: readonly number[] },
  merged: number,
): void {
  for (const position of positions) {
    const swallowed = next[position];
    if (symbol[position] !== left || swallowed < 0 || symbol[swallowed] !== right) continue;
    const times = count[word[position]];
    const before = previous[position];
    const after = next[swallowed];
    symbol[position] = merged;
    symbol[swallowed] = -1;
    next[position] = after;
    if (before >= 0) {
      pairs.remove(symbol[before], left, times);
      pairs.add(symbol[before], merged, before, times);
    }
    if (after >= 0) {
      previous[after] = position;
      pairs.remove(right, symbol[after], times);
      pairs.add(merged, symbol[after], position, times);
    }
  }
  pairs.enqueueNew();
}
