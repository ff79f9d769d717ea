import { decodeByteSymbols } from './byte-symbols.js';
import { fingerprintOf } from './fingerprint.js';
import { forEachGpt2Word } from './gpt2-words.js';
import { knownIds, symbolsById } from './known-ids.js';
import { buildLibraryTokenizer, rememberWords } from './library-tokenizer.js';
import { LONGEST_MERGED, wordMerger } from './merge-word.js';
import type { TextBoundaries } from './text-boundaries.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { tokenizerJson } from './tokenizer-json.js';

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
  const merge = wordMerger(files);
  const utf8 = new TextEncoder();
  const idsOf = rememberWords((word) => {
    const bytes = utf8.encode(word);
    return bytes.length <= LONGEST_MERGED ? merge(bytes) : library.encode(word);
  });
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
      forEachGpt2Word(text, (start, end) => {
        for (const id of idsOf(text.slice(start, end))) ids.push(id);
      });
      return ids;
    },
    decode(ids) {
      const known = knownIds(ids, vocabSize, (id) => symbols.has(id));
      return decodeByteSymbols(known.map((id) => symbols.get(id)!));
    },
  };
}
