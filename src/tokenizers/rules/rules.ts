import type { JsonObject } from '../../files/json-file.js';
import type { AddedToken } from './added-tokens.js';

/** The rules of a tokenizer, as far as they were read; `rule-tokenizer.ts` makes a tokenizer of them. */
export interface TokenizerRules {
  /** `normalizer`, `pre_tokenizer`, `decoder` and `model`, as in a `tokenizer.json`. */
  json: JsonObject;
  /** File that they stand in, for messages. */
  file: string;
  /** Tokens that a text has word for word. */
  added: readonly AddedToken[];
  /** Whether all but the added tokens is as in the released tokenizer of its kind. */
  isReleasedButAdded: boolean;
  /** What transformers' `tokenizer(text)` puts before a text. */
  promptStart: readonly number[];
}
