/**
 * The one place that talks to `@xenova/transformers` about tokenizers, with our own types: under Node's module
 * resolution those of the package come out as `any`.
 */
import type { TokenizerJson } from './tokenizer-json.js';

/** What we use of the library. */
export interface LibraryTokenizer {
  /** Ids of a text. No special tokens are added or, since none are declared, recognised. */
  encode(text: string): number[];
  /** Text of ids that are all in the vocabulary. */
  decode(ids: number[]): string;
}

/** Builds the library's tokenizer in memory. Imported lazily: the package takes 0.2 s to load. */
export async function buildLibraryTokenizer(json: TokenizerJson): Promise<LibraryTokenizer> {
  const { PreTrainedTokenizer } = await import('@xenova/transformers');
  // Declared special tokens would be recognised inside plain text.
  const tokenizer = new PreTrainedTokenizer({ ...json, added_tokens: [] }, {});
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }),
    // The clean-up would join "do n't" and drop spaces before punctuation; an empty list is refused.
    decode: (ids) => (ids.length === 0 ? '' : tokenizer.decode(ids, { clean_up_tokenization_spaces: false })),
  };
}

/** Loads what turns a regular expression of Oniguruma, as `tokenizer.json` has them, into one of JavaScript, flags `gu`. */
export async function loadPatternCompiler(): Promise<(source: string) => RegExp> {
  const { PreTrainedTokenizer } = await import('@xenova/transformers');
  return (source) => {
    const split = { type: 'Split', pattern: { Regex: source }, behavior: 'Isolated', invert: false };
    const tokenizer = new PreTrainedTokenizer(
      {
        ...{ version: '1.0', added_tokens: [], normalizer: null, pre_tokenizer: split, post_processor: null },
        ...{ decoder: null, model: { type: 'BPE', vocab: {}, merges: [] } },
      },
      {},
    );
    // No public way leads to it; the version of the package is fixed.
    return tokenizer._tokenizer.pre_tokenizer.pattern;
  };
}

/** At most this many words are remembered per tokenizer; then the memory starts empty again. A corpus of books has 100,000. */
const rememberedWords = 500_000;

// Longer "words" are strings without spaces that hardly ever come back.
const longestRememberedWord = 64;

/** Remembers what becomes of words, their ids for instance, since a text repeats its words and the library takes long for each. */
export function rememberWords<Result>(make: (word: string) => Result): (word: string) => Readonly<Result> {
  let remembered = new Map<string, Result>();
  return (word) => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const result = make(word);
    if (word.length <= longestRememberedWord) {
      if (remembered.size >= rememberedWords) remembered = new Map();
      remembered.set(word, result);
    }
    return result;
  };
}
