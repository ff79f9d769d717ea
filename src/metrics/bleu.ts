/** Corpus BLEU (Papineni et al. 2002) as sacrebleu 2.6 computes it by default. */
import { tokenize13a } from './tokenizer-13a.js';

const MAX_ORDER = 4;

/** What BLEU needs to know of one translation; statistics of a corpus are their sums. */
export interface BleuStatistics {
  /** For n = 1 to 4: n-grams of the translation that are in a reference, each at most as often as there. */
  matches: number[];
  /** For n = 1 to 4: n-grams of the translation. */
  totals: number[];
  /** Tokens of the translation. */
  hypothesisLength: number;
  /** Tokens of the reference whose length is closest, of two the shorter. */
  referenceLength: number;
}

/** BLEU of a corpus. */
export interface BleuScore {
  /** 0 to 100. */
  score: number;
  /** For n = 1 to 4, percent, smoothed. */
  precisions: number[];
  /** exp(1 − reference/hypothesis) where the translations are too short, else 1. */
  brevityPenalty: number;
  hypothesisLength: number;
  referenceLength: number;
}

/** The statistics of one translation. Throws RangeError without a reference. */
export function bleuStatistics(hypothesis: string, references: readonly string[]): BleuStatistics {
  if (references.length === 0) throw new RangeError('a translation has to be compared with something');
  const tokens = tokenize13a(hypothesis);
  const inReferences = new Map<string, number>();
  const lengths: number[] = [];
  for (const reference of references) {
    const referenceTokens = tokenize13a(reference);
    lengths.push(referenceTokens.length);
    for (const [ngram, count] of countNgrams(referenceTokens))
      inReferences.set(ngram, Math.max(count, inReferences.get(ngram) ?? 0));
  }
  const matches = new Array<number>(MAX_ORDER).fill(0);
  for (const [ngram, count] of countNgrams(tokens)) {
    const order = ngram.split(' ').length;
    matches[order - 1]! += Math.min(count, inReferences.get(ngram) ?? 0);
  }
  const distance = (length: number) => Math.abs(length - tokens.length);
  return {
    matches,
    totals: matches.map((_, index) => Math.max(0, tokens.length - index)),
    hypothesisLength: tokens.length,
    referenceLength: lengths.reduce((best, length) =>
      distance(length) < distance(best) || (distance(length) === distance(best) && length < best)
        ? length
        : best,
    ),
  };
}

/** n-grams of all orders, joined with spaces (tokens hold none). */
function countNgrams(tokens: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start < tokens.length; start++) {
    let ngram = '';
    for (let end = start; end < Math.min(start + MAX_ORDER, tokens.length); end++) {
      ngram = end === start ? tokens[end]! : `${ngram} ${tokens[end]!}`;
      counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * BLEU of a corpus from the statistics of its translations: geometric mean of the precisions times the brevity penalty. An
 * order without a match is smoothed: the first such precision is 1/2 of a match, the second 1/4, and so on. Without a single
 * match, and where no translation is long enough to have a 4-gram, BLEU is 0.
 */
export function corpusBleu(statistics: readonly BleuStatistics[]): BleuScore {
  const sum = (pick: (entry: BleuStatistics) => number) =>
    statistics.reduce((total, entry) => total + pick(entry), 0);
  const orders = Array.from({ length: MAX_ORDER }, (_, index) => index);
  const matches = orders.map((order) => sum((entry) => entry.matches[order]!));
  const totals = orders.map((order) => sum((entry) => entry.totals[order]!));
  const hypothesisLength = sum((entry) => entry.hypothesisLength);
  const referenceLength = sum((entry) => entry.referenceLength);
  const isShort = hypothesisLength < referenceLength;
  const brevityPenalty = !isShort
    ? 1
    : hypothesisLength > 0
      ? Math.exp(1 - referenceLength / hypothesisLength)
      : 0;
  const precisions = matches.some((count) => count > 0) ? smooth(matches, totals) : orders.map(() => 0);
  const meanLog = precisions.reduce((total, precision) => total + Math.log(precision), 0) / MAX_ORDER;
  return {
    score: brevityPenalty * Math.exp(meanLog), // a precision of 0 makes it 0
    precisions,
    brevityPenalty,
    hypothesisLength,
    referenceLength,
  };
}

function smooth(matches: readonly number[], totals: readonly number[]): number[] {
  let divisor = 1;
  return matches.map((count, order) => {
    const total = totals[order]!;
    if (total === 0) return 0;
    if (count > 0) return (100 * count) / total;
    divisor *= 2;
    return 100 / (divisor * total);
  });
}

/** How the number was made, in sacrebleu's notation, to be printed with it; for one reference to each translation. */
export const signature = 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:gpt-papers';
