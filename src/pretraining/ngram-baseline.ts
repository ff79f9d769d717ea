/**
 * What a trained model has to beat: an n-gram model with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999,
 * §3) over the same tokens.
 *
 *     p(w | h) = (c(h w) − D(c(h w))) / Σ c(h ·)  +  γ(h) · p(w | h without its first token)
 *
 * For the longest n-grams c counts occurrences; for shorter ones, the different tokens that stand before them. The shortest
 * rest on 1/V. D is 0 for c = 0 and else one of three discounts, for 1, 2, and 3 or more; γ(h) is what they took away.
 */
import { NgramCounts } from './ngram-counts.js';

/** An n-gram model. */
export interface NgramModel {
  /** log p of each token from `from` to `end - 1` given the `order - 1` tokens before it (fewer at the start), nats. */
  logProbs(tokens: ArrayLike<number>, from: number, end: number): Float64Array;
}

/** Between two breaths of the event loop. */
const TOKENS_PER_TURN = 1 << 17;

/** Discounts and sums of the n-grams of one length. */
interface Level {
  counts: NgramCounts;
  /** D of 0, 1, 2, and 3 or more. */
  discounts: [number, number, number, number];
  /** Σ c(h ·) and the mass that discounting took from it, by number of the prefix h. */
  total: Float64Array;
  freed: Float64Array;
}

/** Counts all n-grams up to `order` (at least 2) of a text and smooths them. `vocabSize`: V, every token is below it. */
export async function trainNgrams(
  tokens: ArrayLike<number>,
  options: { order: number; vocabSize: number; onProgress?: (share: number) => void },
): Promise<NgramModel> {
  const { order, vocabSize, onProgress } = options;
  const counts = Array.from({ length: order }, () => new NgramCounts(Math.min(1 << 16, tokens.length)));
  // Numbers of the n-grams that end at the token before, by length; −1 where the text is too short. All start at "nothing".
  let before: number[] = [0, ...Array(order).fill(-1)];
  for (let i = 0; i < tokens.length; i++) {
    const here: number[] = [0];
    for (let n = 1; n <= order; n++) {
      const prefix = before[n - 1]!;
      if (prefix < 0) {
        here.push(-1);
        continue;
      }
      const table = counts[n - 1]!;
      const isNew = table.find(prefix, tokens[i]!) < 0;
      here.push(table.findOrAdd(prefix, tokens[i]!));
      if (n === order) table.count[here[n]!]!++;
      // One more token that stands before the shorter n-gram.
      if (isNew && n > 1) counts[n - 2]!.count[here[n - 1]!]!++;
    }
    before = here;
    if (i % TOKENS_PER_TURN === 0) {
      onProgress?.(i / tokens.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const levels = counts.map((table, index) => smooth(table, index === 0 ? 1 : counts[index - 1]!.size));
  return { logProbs: (text, from, end) => logProbs(levels, vocabSize, text, from, end) };
}

function smooth(counts: NgramCounts, prefixes: number): Level {
  const withCount = [0, 0, 0, 0, 0];
  for (let number = 0; number < counts.size; number++) {
    const count = counts.count[number]!;
    if (count <= 4) withCount[count]!++;
  }
  const discounts = modifiedDiscounts(withCount);
  const total = new Float64Array(prefixes);
  const freed = new Float64Array(prefixes);
  for (let number = 0; number < counts.size; number++) {
    const count = counts.count[number]!;
    total[counts.prefix[number]!]! += count;
    freed[counts.prefix[number]!]! += discounts[Math.min(count, 3)]!;
  }
  return { counts, discounts, total, freed };
}

/** Chen and Goodman's estimates from the numbers of n-grams with count 1 to 4; ½ where a text is too small for them. */
function modifiedDiscounts([, n1, n2, n3, n4]: number[]): Level['discounts'] {
  const y = n1! / (n1! + 2 * n2!);
  const discount = (count: number, these: number, next: number) => {
    const estimate = count - ((count + 1) * y * next) / these;
    return estimate > 0 && estimate <= count ? estimate : 0.5;
  };
  return [0, discount(1, n1!, n2!), discount(2, n2!, n3!), discount(3, n3!, n4!)];
}

function logProbs(
  levels: readonly Level[],
  vocabSize: number,
  tokens: ArrayLike<number>,
  from: number,
  end: number,
): Float64Array {
  const result = new Float64Array(end - from);
  for (let i = from; i < end; i++) {
    let probability = 1 / vocabSize;
    for (let n = 1; n <= levels.length && n - 1 <= i; n++) {
      const { counts, discounts, total, freed } = levels[n - 1]!;
      // Number of the context, found token by token.
      let prefix = 0;
      for (let k = 0; k < n - 1 && prefix >= 0; k++) {
        prefix = levels[k]!.counts.find(prefix, tokens[i - n + 1 + k]!);
      }
      // A longer context contains this one, so it was not seen either; nor is one seen only at the very end.
      if (prefix < 0 || total[prefix] === 0) break;
      const number = counts.find(prefix, tokens[i]!);
      const count = number < 0 ? 0 : counts.count[number]!;
      probability = (count - discounts[Math.min(count, 3)]! + freed[prefix]! * probability) / total[prefix]!;
    }
    result[i - from] = Math.log(probability);
  }
  return result;
}
