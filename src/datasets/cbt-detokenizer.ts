/**
 * The Children's Book Test is published as tokenised text: `` ` I do n't see him , ' said he . ``. GPT-2 was trained on ordinary
 * text; its paper (§3.1) undoes such tokenisation "as much as possible" and does not publish how.
 */
import { detokenize, type Rule } from './detokenizers.js';

const doubleQuotes: readonly Rule[] = [
  { find: '`` ', replace: '"', why: 'opening double quote' },
  { find: "''", replace: '"', why: 'closing double quote' },
];
const negation: Rule = { find: " n't", replace: "n't", why: 'negation' };
const punctuation: Rule = { find: / ([:;!?,.])/g, replace: '$1', why: 'no space before punctuation' };

/** The former CBT task of lm-evaluation-harness: every apostrophe joins the word before it, opening single quotes stay. */
const cbtHarnessRules: readonly Rule[] = [
  { find: " '", replace: "'", why: 'possessive, contractions, closing single quote' },
  { find: ' \n', replace: '\n', why: 'the space that ends each line' },
  { find: '\n ', replace: '\n', why: 'the space that begins it' },
  negation,
  ...doubleQuotes,
  punctuation,
];

/**
 * The same, and what those rules leave behind: brackets, opening single quotes and the space before a closing double quote. An
 * apostrophe that begins a word ('em) stays with it.
 */
const cbtRules: readonly Rule[] = [
  { find: /-LRB- ?/g, replace: '(', why: 'opening round bracket' },
  { find: / ?-RRB-/g, replace: ')', why: 'closing round bracket' },
  { find: /-LSB- ?/g, replace: '[', why: 'opening square bracket' },
  { find: / ?-RSB-/g, replace: ']', why: 'closing square bracket' },
  { find: /-LCB- ?/g, replace: '{', why: 'opening brace' },
  { find: / ?-RCB-/g, replace: '}', why: 'closing brace' },
  { find: " ''", replace: "''", why: 'a closing double quote joins the word before' },
  ...doubleQuotes,
  { find: / '(?=(?:s|m|d|ll|re|ve)\b)/gi, replace: "'", why: 'possessive and contractions' },
  negation,
  { find: / '(?=[\s"')\]},.]|$)/g, replace: "'", why: 'closing single quote, possessive of a plural' },
  { find: '` ', replace: "'", why: 'opening single quote' },
  punctuation,
];

/** How a question's text is written for the model. */
export const cbtTexts = ['detokenized', 'harness', 'raw'] as const;
/** One of `cbtTexts`. */
export type CbtText = (typeof cbtTexts)[number];

const rulesOf: Record<CbtText, readonly Rule[]> = {
  detokenized: cbtRules,
  harness: cbtHarnessRules,
  raw: [],
};

/** A piece of a question as the model reads it. A piece that ends in a space keeps it, unless an opening quote takes it in. */
export function writeCbt(piece: string, text: CbtText): string {
  return detokenize(piece, rulesOf[text]);
}
