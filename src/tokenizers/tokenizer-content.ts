import type { BytePairs } from './byte-pairs.js';
import type { TokenizerRules } from './rules/rules.js';
import type { TextBoundaries } from './text-boundaries.js';

/** A tokenizer as its files have it. What is undefined is as in the released tokenizer of its kind. */
export interface TokenizerFiles extends BytePairs {
  /** How a text becomes words, and which words were added. */
  rules?: TokenizerRules;
  /** The tokens around a text. */
  boundaries?: TextBoundaries;
  /** Texts of the files by name, where `vocab` and `merges` are not all of it. */
  copies?: ReadonlyMap<string, string>;
  /** Sentences for the user about what the files say and what is made of it. */
  notes?: readonly string[];
}
