/** Perplexity of a model on text that it was not trained on. */
import type { TokenFile } from '../datasets/token-file.js';
import type { TokenRange } from '../datasets/tokenized-corpus.js';

/** A window of held-out tokens and the part of it that counts. */
export interface HeldOutWindow {
  /** Tokens `start` to `end - 1`, at most nCtx. */
  start: number;
  end: number;
  /** Index of the first token whose probability counts; at least start + 1. */
  from: number;
}

/**
 * Cuts documents into windows such that each token but a document's very first is predicted exactly once, with at least
 * `length - stride` tokens before it wherever the document has as many. With length 6 and stride 3, counted tokens in capitals:
 *
 *     document   0 a b c d e f g h i j      (0: the separator)
 *     window 1   0 A B C D E
 *     window 2         c d e F G H
 *     window 3             e f g h I J      moved back to be a whole one
 */
export function heldOutWindows(
  documents: readonly TokenRange[],
  hasSeparator: boolean,
  length: number,
  stride: number,
): HeldOutWindow[] {
  return documents.flatMap((document) => {
    const first = document.start - (hasSeparator ? 1 : 0);
    const windows: HeldOutWindow[] = [];
    for (let from = first + 1, end: number; from < document.end; from = end) {
      end = Math.min(from === first + 1 ? first + length : from + stride, document.end);
      windows.push({ start: Math.max(first, end - length), end, from });
    }
    return windows;
  });
}

/** About `share` of the windows, evenly spread; all of them for 1, at least one. */
export function spreadWindows(windows: readonly HeldOutWindow[], share: number): HeldOutWindow[] {
  const count = Math.max(1, Math.min(windows.length, Math.round(share * windows.length)));
  return Array.from(
    { length: count },
    (_, index) => windows[Math.floor(((index + 0.5) * windows.length) / count)]!,
  );
}

/**
 * The same windows in an order of which every beginning is spread over all of the text, for a measuring that time may cut short:
 * steps of the golden ratio.
 */
export function scatterWindows(windows: readonly HeldOutWindow[]): HeldOutWindow[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  return windows
    .map((window, index) => ({ window, place: (index * golden) % 1 }))
    .sort((a, b) => a.place - b.place)
    .map(({ window }) => window);
}

/** What a model makes of held-out text. */
export interface HeldOutPerplexity {
  /** Mean of −log p, nats. */
  nllPerToken: number;
  perTokenPerplexity: number;
  /** exp of the nats of all tokens over the number of words between white space: comparable between tokenizers. */
  perWordPerplexity: number;
  /** Tokens that were predicted. */
  tokens: number;
}

/**
 * Perplexities from the log-probabilities of some or all tokens of held-out documents. For words the ratio of tokens to
 * words of all documents is taken, so that a part of them will do.
 */
export function perplexityOf(
  nll: number,
  tokens: number,
  documents: readonly TokenRange[],
): HeldOutPerplexity {
  const allTokens = documents.reduce((sum, { start, end }) => sum + end - start, 0);
  const allWords = documents.reduce((sum, { words }) => sum + words, 0);
  const nllPerToken = nll / tokens;
  return {
    nllPerToken,
    perTokenPerplexity: Math.exp(nllPerToken),
    perWordPerplexity: Math.exp((nllPerToken * allTokens) / allWords),
    tokens,
  };
}

/** log p of each token of a sequence but the first, nats: one Float32Array of length L − 1 for each sequence of L. */
export type ScoreSequences = (sequences: readonly number[][]) => Promise<readonly Float32Array[]>;

/** What was measured of the windows, from the first one on. */
export interface PartlyMeasured extends HeldOutPerplexity {
  windows: number;
}

/**
 * Scores windows, `rows` of them at a time, and adds the counted tokens up. `keepGoing` is asked before each batch; where
 * it says no, what there is by then comes back, and undefined when that is nothing.
 */
export async function measureHeldOut(
  corpus: { tokens: Pick<TokenFile, 'slice'>; documents: readonly TokenRange[] },
  windows: readonly HeldOutWindow[],
  rows: number,
  score: ScoreSequences,
  keepGoing: (done: number) => boolean = () => true,
): Promise<PartlyMeasured | undefined> {
  let nll = 0;
  let tokens = 0;
  let first = 0;
  for (; first < windows.length; first += rows) {
    if (!keepGoing(first / windows.length)) break;
    const batch = windows.slice(first, first + rows);
    const scores = await score(batch.map((window) => sequenceOf(corpus.tokens, window)));
    batch.forEach(({ start, from }, index) => {
      // Entry i of the scores is about token i + 1 of the window.
      for (const logProb of scores[index]!.subarray(from - start - 1)) nll -= logProb;
      tokens += scores[index]!.length - (from - start - 1);
    });
  }
  if (tokens === 0) return undefined;
  return { ...perplexityOf(nll, tokens, corpus.documents), windows: Math.min(first, windows.length) };
}

/** The ids of a range as plain numbers. */
export function sequenceOf(
  tokens: Pick<TokenFile, 'slice'>,
  range: { start: number; end: number },
): number[] {
  return Array.from(tokens.slice(range.start, range.end));
}
