import { DataError } from '../errors.js';
import type { VocabularyKind } from '../models/config.js';
import { byteSymbols } from './byte-symbols.js';
import { createGpt1Tokenizer, type Gpt1Mode } from './gpt1.js';
import { createGpt2Tokenizer } from './gpt2.js';
import type { Tokenizer } from './tokenizer.js';
import { readTokenizerFiles } from './tokenizer-files.js';
import { unknownSymbol } from './tokenizer-json.js';
import type { TokenizerFiles } from './vocabulary.js';

/** Which tokenizer to build. */
export interface TokenizerOptions {
  architecture: VocabularyKind;
  /** GPT-1 only: how text is prepared. @default 'original' */
  mode?: Gpt1Mode;
}

/** Builds the tokenizer of a folder. Throws as `readTokenizerFiles` does, and as `createTokenizer`. */
export async function loadTokenizer(folder: string, options: TokenizerOptions): Promise<Tokenizer> {
  return createTokenizer(await readTokenizerFiles(folder, options.architecture), options, folder);
}

/**
 * Builds a tokenizer from a vocabulary in memory. `origin` names it in messages. Throws DataError where symbols are
 * missing without which text could silently get lost: a byte of GPT-2, `<unk>` of GPT-1.
 */
export async function createTokenizer(
  files: TokenizerFiles,
  options: TokenizerOptions,
  origin = 'the vocabulary in memory',
): Promise<Tokenizer> {
  const { architecture, mode = 'original' } = options;
  const needed = architecture === 'gpt2' ? byteSymbols : [unknownSymbol];
  const missing = needed.find((symbol) => !files.vocab.has(symbol));
  if (missing !== undefined) {
    throw new DataError({
      file: origin,
      problem: `not a ${architecture} vocabulary: the symbol ${JSON.stringify(missing)} is missing.`,
    });
  }
  if (architecture === 'gpt1') return createGpt1Tokenizer(files, mode);
  checkByteSymbolsOnly(files, origin);
  return createGpt2Tokenizer(files);
}

// Any other character has no byte to decode to.
function checkByteSymbolsOnly(files: TokenizerFiles, origin: string): void {
  const known = new Set(byteSymbols);
  for (const symbol of files.vocab.keys()) {
    const strange = Array.from(symbol).find((character) => !known.has(character));
    if (strange === undefined) continue;
    throw new DataError({
      file: origin,
      at: `symbol ${JSON.stringify(symbol)}`,
      problem: `not a GPT-2 symbol: ${JSON.stringify(strange)} stands for no byte.`,
    });
  }
}
