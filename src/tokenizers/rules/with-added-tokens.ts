import { sha256Of } from '../../files/sha256.js';
import type { Tokenizer } from '../tokenizer.js';
import { createAddedTokenSplitter } from './added-tokens.js';
import type { TokenizerRules } from './rules.js';

/** A tokenizer that gives each added token of a text one id, and does all else as before. Its vocabulary has them already. */
export function withAddedTokens(tokenizer: Tokenizer, { added, promptStart }: TokenizerRules): Tokenizer {
  // There is no normalized text to look for them in: what the tokenizer does to a text it does within itself.
  const tokens = added.map((token) => ({ ...token, normalized: false }));
  const split = createAddedTokenSplitter(tokens, (text) => text);
  return {
    ...tokenizer,
    promptStart,
    fingerprint: sha256Of(JSON.stringify([tokenizer.fingerprint, tokens])),
    encode: (text) => split(text).flatMap((part) => ('id' in part ? [part.id] : tokenizer.encode(part.text))),
  };
}
