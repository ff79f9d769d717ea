import type { Tokenizer } from './tokenizer.js';

/** The text of tokens that come one at a time. */
export interface TextStream {
  /** The text that one more token completes: empty while a character is not whole. */
  push(token: number): string;
  /** What was still held back; an unfinished character is U+FFFD. */
  finish(): string;
}

/**
 * Decodes behind `before`, whose own text is not given out: GPT-1's words get their space from the word before. Only the last tokens are decoded each time, so a long text takes no longer per
 * token than a short one.
 *
 *     tokens   … 17  4 │ 9 │ 2        │ = what was given out, and what the next piece is cut from:
 *              ────────┴───┴──        text(4 9 2) without text(4 9)
 */
export function createTextStream(tokenizer: Tokenizer, before: readonly number[]): TextStream {
  let given: number[] = lastWhole(tokenizer, before);
  let waiting: number[] = [];
  const piece = () => tokenizer.decode([...given, ...waiting]).slice(tokenizer.decode(given).length);
  return {
    push(token) {
      waiting.push(token);
      const text = piece();
      if (text === '' || text.endsWith('\uFFFD')) return '';
      given = waiting;
      waiting = [];
      return text;
    },
    finish() {
      const text = waiting.length === 0 ? '' : piece();
      given = [...given, ...waiting];
      waiting = [];
      return text;
    },
  };
}

/**
 * The last few tokens, cut between two characters. A character takes at most 4 tokens of one byte each, so one of four cuts is right;
 * of a run of bytes that begins in the middle of one, some decoders make nothing at all.
 */
function lastWhole(tokenizer: Tokenizer, tokens: readonly number[]): number[] {
  const cuts = [4, 5, 6, 7].map((length) => tokens.slice(-length));
  return cuts.find((cut) => !tokenizer.decode(cut).includes('\uFFFD')) ?? cuts[0];
}
