import { byteSymbols, symbolBytes } from './byte-symbols.js';
import { fingerprintOf } from './fingerprint.js';
import { knownIds } from './known-ids.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { endOfTextSymbol } from './tokenizer-json.js';

/** GPT-2's vocabulary before the first merge: the 256 bytes in its order, and `<|endoftext|>` = 256. */
export function byteTokenizerFiles(): TokenizerFiles {
  const symbols = [...byteSymbols, endOfTextSymbol];
  return { vocab: new Map(symbols.map((symbol, id) => [symbol, id])), merges: [] };
}

/**
 * The tokenizer of `byteTokenizerFiles()`: one id per UTF-8 byte. For models that were never trained and for text
 * where no vocabulary is at hand; needs no files and loads no library.
 */
export function byteTokenizer(): Tokenizer {
  const files = byteTokenizerFiles();
  const idOfByte = new Uint8Array(256);
  symbolBytes.forEach((byte, id) => {
    idOfByte[byte] = id;
  });
  const endOfText = symbolBytes.length;
  const endOfTextBytes = Array.from(new TextEncoder().encode(endOfTextSymbol));
  return {
    name: 'gpt2',
    vocabSize: files.vocab.size,
    beginOfText: endOfText,
    endOfText: [endOfText],
    promptStart: [],
    isCuttable: true,
    fingerprint: fingerprintOf('gpt2', files),
    encode: (text) => Array.from(new TextEncoder().encode(text), (byte) => idOfByte[byte]),
    decode(ids) {
      const bytes = knownIds(ids, files.vocab.size).flatMap((id) =>
        id === endOfText ? endOfTextBytes : symbolBytes[id],
      );
      // A byte order mark at the start is text like any other.
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(bytes));
    },
  };
}
