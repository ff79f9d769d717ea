import { ngramsOf } from './repetition.js';

const MAX_ORDER = 4;

/** What an order without a match counts as, in matches: NLTK's `SmoothingFunction().method1`, which the papers use. */
const EPSILON = 0.1;

/**
 * Self-BLEU-4 (Zhu et al. 2018; as in Holtzman et al. 2020): the mean over the texts of each one's BLEU with all others as its
 * references. 0 to 1; higher is less varied. A text without words counts 0. NaN for fewer than two texts.
 *
 * The largest count of an n-gram among all others is either the largest of all or, for the text that has it, the second
 * largest, so one pass over the texts is enough.
 */
export function selfBleu(texts: readonly (readonly string[])[]): number {
  if (texts.length < 2) return Number.NaN;
  const counts = texts.map((words) =>
    Array.from({ length: MAX_ORDER }, (_, order) => countsOf(ngramsOf(words, order + 1))),
  );
  const largest = largestCounts(counts);
  const lengths = texts.map((words) => words.length);
  const scores = texts.map((words, text) => {
    if (words.length === 0) return 0;
    const precisions = counts[text]!.map((own, order) => {
      let matches = 0;
      for (const [ngram, count] of own) {
        const { first, holder, second } = largest[order]!.get(ngram)!;
        matches += Math.min(count, holder === text ? second : first);
      }
      const total = Math.max(1, words.length - order);
      return { matches, total };
    });
    // NLTK gives 0 without a single common word, whatever the smoothing.
    if (precisions[0]!.matches === 0) return 0;
    const meanLog =
      precisions.reduce((sum, { matches, total }) => sum + Math.log((matches || EPSILON) / total), 0) /
      MAX_ORDER;
    return brevityPenalty(words.length, closestLength(lengths, text)) * Math.exp(meanLog);
  });
  return scores.reduce((sum, score) => sum + score, 0) / texts.length;
}

interface Largest {
  /** The largest count of an n-gram in one text, the text that has it, and the largest in any other. */
  first: number;
  holder: number;
  second: number;
}

function largestCounts(counts: readonly ReadonlyMap<string, number>[][]): Map<string, Largest>[] {
  return Array.from({ length: MAX_ORDER }, (_, order) => {
    const largest = new Map<string, Largest>();
    for (const [text, orders] of counts.entries()) {
      for (const [ngram, count] of orders[order]!) {
        const known = largest.get(ngram);
        if (known === undefined) largest.set(ngram, { first: count, holder: text, second: 0 });
        else if (count > known.first) {
          largest.set(ngram, { first: count, holder: text, second: known.first });
        } else if (count > known.second) known.second = count;
      }
    }
    return largest;
  });
}

function countsOf(ngrams: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const ngram of ngrams) counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  return counts;
}

/** Length of another text that is closest, of two the shorter. */
function closestLength(lengths: readonly number[], text: number): number {
  const own = lengths[text]!;
  let best = Number.POSITIVE_INFINITY;
  for (const [other, length] of lengths.entries()) {
    if (other === text) continue;
    const [distance, known] = [Math.abs(length - own), Math.abs(best - own)];
    if (distance < known || (distance === known && length < best)) best = length;
  }
  return best;
}

const brevityPenalty = (own: number, reference: number) =>
  own > reference ? 1 : Math.exp(1 - reference / own);
