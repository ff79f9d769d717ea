import { DataError } from '../errors.js';
import type { VocabularyKind } from '../models/config.js';
import { byteSymbols } from './byte-symbols.js';
import { createGpt1Tokenizer, type Gpt1Mode } from './gpt1.js';
import { createGpt2Tokenizer } from './gpt2.js';
import { createRuleTokenizer } from './rules/rule-tokenizer.js';
import { withAddedTokens } from './rules/with-added-tokens.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';
import { boundariesOf, readTokenizerFiles } from './tokenizer-files.js';
import { unknownSymbol } from './tokenizer-json.js';

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
  const boundaries = boundariesOf(files, architecture);
  const { rules } = files;
  // What GPT-1's original pipeline does to a text stands in no file of a tokenizer.
  const isOriginal = architecture === 'gpt1' && mode === 'original';
  if (rules !== undefined && !(isOriginal && rules.isReleasedButAdded)) {
    return createRuleTokenizer(rules, boundaries);
  }
  const needed = architecture === 'gpt2' ? byteSymbols : [unknownSymbol];
  const missing = needed.find((symbol) => !files.vocab.has(symbol));
  if (missing !== undefined) {
    throw new DataError({
      file: origin,
      problem: `not a ${architecture} vocabulary: the symbol ${JSON.stringify(missing)} is missing.`,
    });
  }
  if (architecture === 'gpt2') return createGpt2Tokenizer(files, boundaries);
  const tokenizer = await createGpt1Tokenizer(files, mode, boundaries);
  return rules === undefined ? tokenizer : withAddedTokens(tokenizer, rules);
}
