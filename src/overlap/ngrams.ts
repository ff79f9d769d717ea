import { countWords } from '../tokenizers/white-space.js';

/** Called with each n-gram: the bytes from `start` to before `end`, words joined by single spaces, in UTF-8. */
export type NgramVisitor = (bytes: Uint8Array, start: number, end: number) => void;

/** Cuts texts that come in pieces into n-grams. */
export interface NgramReader {
  /** The next piece of a text; it may end inside a word. */
  add(piece: string): void;
  /** Ends the text: no n-gram reaches into the next one. Returns its number of words. */
  end(): number;
}

/** A word longer than this is cut, so that a text without any word separator cannot fill the memory. */
const MAX_WORD_LENGTH = 100_000;

/**
 * The normal form in which texts are compared (GPT-2 paper §4): lower-case alphanumeric words, one space between them. What
 * is not a letter, mark or number of any script separates words: `It's 3.5%` becomes `it s 3 5`.
 * @internal
 */
export function normalise(text: string): string {
  return text.toLowerCase().replace(separators, ' ').trim();
}

const separators = /[^\p{L}\p{M}\p{N}]+/gu;
// Half of a character beyond U+FFFF counts as part of a word here, so that no word is cut in two.
const wordUnit = /[\p{L}\p{M}\p{N}\p{Surrogate}]/u;

/** A reader that calls `visit` with all word n-grams of normalised texts, in order; without `visit` it only counts words. */
export function readNgrams(n: number, visit?: NgramVisitor): NgramReader {
  /** The beginning of a word that the next piece may go on with. */
  let carried = '';
  /** The last n − 1 words. */
  let tail: string[] = [];
  let words = 0;
  const take = (text: string) => {
    const normal = normalise(text);
    if (normal === '') return;
    if (visit === undefined) {
      words += countWords(normal);
      return;
    }
    const joined = [...tail, normal].join(' ');
    const bytes = Buffer.from(joined);
    const starts = wordStarts(bytes);
    words += starts.length - tail.length;
    for (let first = 0; first + n <= starts.length; first++) {
      const next = starts[first + n];
      visit(bytes, starts[first]!, next === undefined ? bytes.length : next - 1);
    }
    const from = Math.max(0, starts.length - (n - 1));
    tail = from === starts.length ? [] : bytes.toString('utf8', starts[from]!).split(' ');
  };
  return {
    add(piece) {
      const text = carried + piece;
      let cut = text.length;
      while (cut > 0 && wordUnit.test(text[cut - 1]!)) cut--;
      if (cut === 0 && text.length > MAX_WORD_LENGTH) cut = text.length;
      carried = text.slice(cut);
      take(text.slice(0, cut));
    },
    end() {
      take(carried);
      const counted = words;
      [carried, tail, words] = ['', [], 0];
      return counted;
    },
  };
}

function wordStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x20) starts.push(at + 1);
  return starts;
}
