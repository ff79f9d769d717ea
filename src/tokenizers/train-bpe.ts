/**
 * Training of a byte-level byte-pair encoding in the manner of GPT-2 (Sennrich et al. 2016; GPT-2 paper §2.2): starting
 * from the 256 bytes, the most frequent pair of neighbouring symbols inside words becomes a new symbol, again and again.
 *
 * Only the distinct words and how often each occurs are kept, laid end to end in one array of symbols; a merge visits
 * the places where its pair stands and nothing else:
 *
 *     position      0   1   2   3   4   5   6         after l+o, lo+w:   0   1   2   3   4   5   6
 *     symbol        l   o   w   Ġ   l   o   w                           low  –   –   Ġ  low  –   –
 *     next          1   2   –   4   5   6   –                            –           4   –
 *     word          0   0   0   1   1   1   1
 */
import { UserError } from '../errors.js';
import { byteSymbols, symbolBytes } from './byte-symbols.js';
import { gpt2Word } from './gpt2.js';
import { PairQueue } from './pair-queue.js';
import { endOfTextSymbol } from './tokenizer-json.js';
import type { Merge, TokenizerFiles } from './vocabulary.js';

/** How far a training is: first words are counted, then pairs are merged. */
export type BytePairProgress =
  | { phase: 'words'; characters: number; distinctWords: number }
  | { phase: 'merges'; done: number; total: number };

/** What to train. */
export interface BytePairOptions {
  /** Number of ids in all: 256 bytes, the merges, and `<|endoftext|>`, which is the last; at least 257. */
  vocabSize: number;
  /** Called after each text and every few hundred merges. */
  onProgress?: (progress: BytePairProgress) => void;
}

/** A pair that occurs once would only learn a word by heart; the default of Hugging Face tokenizers as well. */
const MIN_COUNT = 2;

/** Between two breaths of the event loop; the costliest merges, the first, take some 10 ms each. */
const MERGES_PER_TURN = 100;

/**
 * Learns a vocabulary from texts. Each text stands for itself: no word reaches from one into the next, so a stream must
 * be cut where no word is (`readAllPieces` of a corpus gives such pieces). The order of the texts does not matter.
 *
 * Of pairs with equal counts the one with the smaller left id wins, then the one with the smaller right id: the rule of
 * Hugging Face tokenizers. There are fewer than `vocabSize` ids when no pair is left that occurs twice.
 *
 * Throws UserError when `vocabSize` has no room for the bytes.
 */
export async function trainBytePairs(
  texts: AsyncIterable<string> | Iterable<string>,
  options: BytePairOptions,
): Promise<TokenizerFiles> {
  const smallest = byteSymbols.length + 1;
  if (!Number.isSafeInteger(options.vocabSize) || options.vocabSize < smallest) {
    throw new UserError(`A byte-level vocabulary of ${options.vocabSize} symbols is not possible.`, {
      hint: `Give a whole number from ${smallest}, which is every byte and ${endOfTextSymbol}; 8000 suits a small model.`,
    });
  }
  const counts = await countWords(texts, options.onProgress);
  return learnMerges(layOut(counts), options);
}

/** How often each word of GPT-2's split pattern occurs. */
async function countWords(
  texts: AsyncIterable<string> | Iterable<string>,
  onProgress: BytePairOptions['onProgress'],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let characters = 0;
  for await (const text of texts) {
    for (const [match] of text.matchAll(gpt2Word)) {
      const count = counts.get(match);
      if (count !== undefined) counts.set(match, count + 1);
      else {
        // A match is a view of its text and would keep all of it in memory. (Half surrogates turn into U+FFFD here, as
        // they do when text is encoded.)
        const word = Buffer.from(match).toString();
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    characters += text.length;
    onProgress?.({ phase: 'words', characters, distinctWords: counts.size });
  }
  return counts;
}

/** The distinct words end to end. Arrays have one element for each byte: see the picture above. */
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

function layOut(counts: ReadonlyMap<string, number>): Words {
  const idOfByte = new Int32Array(256);
  symbolBytes.forEach((byte, id) => {
    idOfByte[byte] = id;
  });
  let length = 0;
  for (const text of counts.keys()) length += Buffer.byteLength(text);
  const symbol = new Int32Array(length);
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  const word = new Int32Array(length);
  let position = 0;
  let number = 0;
  for (const text of counts.keys()) {
    const start = position;
    for (const byte of Buffer.from(text)) {
      symbol[position] = idOfByte[byte];
      previous[position] = position - 1;
      next[position] = position + 1;
      word[position] = number;
      position++;
    }
    previous[start] = -1;
    next[position - 1] = -1;
    number++;
  }
  return { symbol, next, previous, word, count: Float64Array.from(counts.values()) };
}

async function learnMerges(words: Words, options: BytePairOptions): Promise<TokenizerFiles> {
  const total = options.vocabSize - byteSymbols.length - 1;
  const symbols = [...byteSymbols];
  const merges: Merge[] = [];
  const pairs = countPairs(words);
  while (merges.length < total) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < MIN_COUNT) break;
    // Always a new symbol: what lies inside a symbol was merged without regard to its surroundings, hence every time by
    // the same pairs in the same order, and no other pair can lead to it.
    symbols.push(symbols[best.left] + symbols[best.right]);
    merges.push([symbols[best.left], symbols[best.right]]);
    mergePair(words, pairs, best, symbols.length - 1);
    if (merges.length % MERGES_PER_TURN === 0) {
      options.onProgress?.({ phase: 'merges', done: merges.length, total });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  options.onProgress?.({ phase: 'merges', done: merges.length, total });
  return { vocab: new Map([...symbols, endOfTextSymbol].map((symbol, id) => [symbol, id])), merges };
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
