/**
 * ROUGE F1 (Lin 2004) with the conventions of Google's `rouge_score`, which follow those of ROUGE-1.5.5: lower case, words of
 * a–z and 0–9, longer ones stemmed. The value of a data set is the mean over its summaries.
 */
import { porterStem } from './porter-stemmer.js';

/** F1 of a summary, each from 0 to 1. */
export interface RougeScores {
  rouge1: number;
  rouge2: number;
  /** Longest common subsequence of the two texts, whatever their sentences. */
  rougeL: number;
  /** Longest common subsequences sentence by sentence: what papers before 2019 print as ROUGE-L. */
  rougeLsum: number;
}

/** How words are compared. */
export interface RougeOptions {
  /** Compare stems of words longer than three letters. @default true */
  stem?: boolean;
}

/** ROUGE of a summary. Both texts are lists of sentences, which matter for `rougeLsum` only. */
export function rouge(
  summary: readonly string[],
  reference: readonly string[],
  { stem = true }: RougeOptions = {},
): RougeScores {
  const summarySentences = summary.map((sentence) => rougeWords(sentence, stem));
  const referenceSentences = reference.map((sentence) => rougeWords(sentence, stem));
  const summaryWords = summarySentences.flat();
  const referenceWords = referenceSentences.flat();
  const inCommon = commonSubsequence(referenceWords, summaryWords).length;
  return {
    rouge1: ngramF1(referenceWords, summaryWords, 1),
    rouge2: ngramF1(referenceWords, summaryWords, 2),
    rougeL: f1(inCommon, referenceWords.length, summaryWords.length),
    rougeLsum: f1(
      unionHits(referenceSentences, summarySentences),
      referenceWords.length,
      summaryWords.length,
    ),
  };
}

/** Words of a text as they are compared. */
function rougeWords(text: string, stem: boolean): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stem ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

/** F1 of recall hits/inReference and precision hits/inSummary; 0 where one of the texts has nothing. */
function f1(hits: number, inReference: number, inSummary: number): number {
  return hits === 0 ? 0 : (2 * hits) / (inReference + inSummary);
}

function ngramF1(reference: readonly string[], summary: readonly string[], n: number): number {
  const inReference = countNgrams(reference, n);
  let hits = 0;
  for (const [ngram, count] of countNgrams(summary, n)) hits += Math.min(count, inReference.get(ngram) ?? 0);
  return f1(hits, Math.max(0, reference.length - n + 1), Math.max(0, summary.length - n + 1));
}

function countNgrams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const ngram = words.slice(i, i + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/**
 * Words of the reference's sentences that lie on a common subsequence with any sentence of the summary. A word counts at most
 * as often as both texts have it, as in ROUGE-1.5.5; the paper does not limit it and can go above 1.
 */
function unionHits(reference: readonly string[][], summary: readonly string[][]): number {
  const leftInReference = countNgrams(reference.flat(), 1);
  const leftInSummary = countNgrams(summary.flat(), 1);
  let hits = 0;
  for (const sentence of reference) {
    const union = new Set(summary.flatMap((candidate) => commonSubsequence(sentence, candidate)));
    for (const place of union) {
      const word = sentence[place]!;
      const [inReference, inSummary] = [leftInReference.get(word) ?? 0, leftInSummary.get(word) ?? 0];
      if (inReference === 0 || inSummary === 0) continue;
      hits++;
      leftInReference.set(word, inReference - 1);
      leftInSummary.set(word, inSummary - 1);
    }
  }
  return hits;
}

/**
 * Places in `a` of a longest common subsequence with `b`. There can be several; which one is taken changes the union over
 * sentences, so the choice is that of `rouge_score`: from the end, where both ways are as long, the last word of `a` is
 * left out.
 */
function commonSubsequence(a: readonly string[], b: readonly string[]): number[] {
  const width = b.length + 1;
  // lengths[i * width + j]: length for the first i words of a and j of b.
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      lengths[i * width + j] =
        a[i - 1] === b[j - 1]
          ? lengths[(i - 1) * width + j - 1]! + 1
          : Math.max(lengths[(i - 1) * width + j]!, lengths[i * width + j - 1]!);
    }
  }
  const places: number[] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] === b[j - 1]) {
      places.push(--i);
      j--;
    } else if (lengths[i * width + j - 1]! > lengths[(i - 1) * width + j]!) j--;
    else i--;
  }
  return places;
}
