import { decodeByteSymbols } from './byte-symbols.js';
import { fingerprintOf } from './fingerprint.js';
import { knownIds, symbolsById } from './known-ids.js';
import { buildLibraryTokenizer, rememberWords } from './library-tokenizer.js';
import type { TextBoundaries } from './text-boundaries.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { tokenizerJson } from './tokenizer-json.js';

/**
 * What is a word to GPT-2 (GPT-2 paper §2.2; openai/gpt-2 src/encoder.py). Merges never cross a word. In order:
 * contractions (lower case only, as trained), letters, digits, other signs, each with the space before it, then
 * whitespace, of which the last character is left to the word behind it. For `matchAll`, which leaves it unchanged.
 *
 * `\s` is spelled out as White_Space: JavaScript's own `\s` lacks U+0085 and has U+FEFF in addition.
 */
export const gpt2Word =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * GPT-2's byte-level byte-pair encoding. Any text has ids and decodes to itself; lone surrogates, which are no text,
 * become U+FFFD.
 */
export async function createGpt2Tokenizer(
  files: TokenizerFiles,
  { begin, ends }: TextBoundaries,
): Promise<Tokenizer> {
  const json = tokenizerJson('gpt2', files);
  const bytesOnly = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
  const library = await buildLibraryTokenizer({ ...json, pre_tokenizer: bytesOnly });
  const idsOf = rememberWords(library.encode);
  const { symbols, vocabSize } = symbolsById(files.vocab);
  return {
    name: 'gpt2',
    vocabSize,
    beginOfText: begin,
    endOfText: ends,
    promptStart: [],
    isCuttable: true,
    fingerprint: fingerprintOf('gpt2', files),
    encode(text) {
      const ids: number[] = [];
      for (const [match] of text.matchAll(gpt2Word)) {
        for (const id of idsOf(match)) ids.push(id);
      }
      return ids;
    },
    decode(ids) {
      const known = knownIds(ids, vocabSize, (id) => symbols.has(id));
      return decodeByteSymbols(known.map((id) => symbols.get(id)!));
    },
  };
}
