import { fingerprintOf } from './fingerprint.js';
import { LINE_BREAK, loadGpt1Words } from './gpt1-text.js';
import { knownIds, symbolsById } from './known-ids.js';
import { buildLibraryTokenizer, rememberWords } from './library-tokenizer.js';
import type { TextBoundaries } from './text-boundaries.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { endOfWord, tokenizerJson, unknownSymbol } from './tokenizer-json.js';

/**
 * How GPT-1's text is prepared before merging.
 *
 * `original`: as in training (openai/finetune-transformer-lm text_utils.py): `ftfy.fix_text`, `text_standardize`,
 * spaCy's English words, lower case. `huggingface`: as transformers builds it: lower case, accents stripped, every
 * punctuation character a word. Only the first ever gives n't (538) and 's (535), and knows line breaks.
 */
export type Gpt1Mode = 'original' | 'huggingface';

/** GPT-1's byte-pair encoding with end-of-word symbols. Symbols that the vocabulary lacks become `<unk>`, id 0. */
export async function createGpt1Tokenizer(
  files: TokenizerFiles,
  mode: Gpt1Mode,
  { begin, ends }: TextBoundaries,
): Promise<Tokenizer> {
  const name = `gpt1-${mode}`;
  const { symbols, vocabSize } = symbolsById(files.vocab);
  const json = tokenizerJson('gpt1', files);
  const library = await buildLibraryTokenizer(
    mode === 'original' ? { ...json, normalizer: null, pre_tokenizer: null } : json,
  );
  const encode =
    mode === 'original'
      ? await encodeAsTrained(files, library.encode)
      : (text: string) => library.encode(withLibraryGapsClosed(text));
  return {
    name,
    vocabSize,
    beginOfText: begin,
    endOfText: ends,
    promptStart: [],
    isCuttable: false,
    fingerprint: fingerprintOf(name, files),
    encode,
    decode: (ids) => library.decode(knownIds(ids, vocabSize, (id) => symbols.has(id))),
  };
}

async function encodeAsTrained(files: TokenizerFiles, encodeWord: (word: string) => number[]) {
  const words = await loadGpt1Words();
  const idsOf = rememberWords(encodeWord);
  // spaCy returns a line break as "\n ". Merging gives "\n" and " </w>", which the original code maps to this symbol.
  const newline = files.vocab.get(`\n${endOfWord}`) ?? files.vocab.get(unknownSymbol)!;
  return (text: string) => {
    const ids: number[] = [];
    for (const word of words(text)) {
      if (word === LINE_BREAK) ids.push(newline);
      else for (const id of idsOf(word)) ids.push(id);
    }
    return ids;
  };
}

/**
 * Two things that Hugging Face's normalizer does and the library's does not: it lower-cases letter by letter, so a
 * final Σ is σ and not ς, and it sets Chinese characters beyond U+FFFF apart like all others.
 */
function withLibraryGapsClosed(text: string): string {
  return text
    .replaceAll('Σ', 'σ')
    .replace(
      /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu,
      ' $& ',
    );
}
