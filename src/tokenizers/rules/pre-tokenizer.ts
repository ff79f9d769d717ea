/**
 * Pre-tokenizers: how a text is cut into the words that merges never cross (Hugging Face tokenizers 0.23,
 * pre_tokenizers/). Written here because those of the JavaScript library differ from the Python ones that models are
 * trained with: digits and words beyond ASCII, runs of punctuation, `Split` that merges, `Metaspace` that splits.
 */
import { toByteSymbols } from '../byte-symbols.js';
import { gpt2Word } from '../gpt2-words.js';
import { rememberWords } from '../library-tokenizer.js';
import { type CompilePattern, readPattern } from './pattern.js';
import type { Rule } from './rule.js';
import { type SplitBehavior, splitBehaviors, splitText } from './split.js';

/** A part of a text. */
interface Piece {
  text: string;
  /** Whether the whole text begins with it. */
  isFirst: boolean;
}

/** From a piece to its words. */
export type PreTokenizer = (piece: Piece) => Piece[];

/** Builds a pre-tokenizer. Throws DataError on a rule that is not obeyed. */
export function createPreTokenizer(rule: Rule, compile: CompilePattern): PreTokenizer {
  const preTokenizer = build(rule, compile);
  rule.finish();
  return preTokenizer;
}

/** Characters of punctuation, those of ASCII that Unicode calls symbols among them. */
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;

function build(rule: Rule, compile: CompilePattern): PreTokenizer {
  switch (rule.type) {
    case 'Sequence': {
      const parts = rule.rules('pretokenizers').map((part) => createPreTokenizer(part, compile));
      return (piece) => parts.reduce((pieces, part) => pieces.flatMap(part), [piece]);
    }
    case 'ByteLevel':
      return byteLevel(rule);
    case 'Whitespace':
      return cut(
        /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
        'Removed',
        true,
      );
    case 'WhitespaceSplit':
      return cut(/\p{White_Space}/gu, 'Removed');
    case 'BertPreTokenizer': {
      const words = cut(/\p{White_Space}/gu, 'Removed');
      const signs = cut(punctuation, 'Isolated');
      return (piece) => words(piece).flatMap(signs);
    }
    case 'Punctuation':
      return cut(punctuation, rule.choice('behavior', splitBehaviors, 'Isolated'));
    case 'Digits':
      return cut(/\p{N}/gu, rule.flag('individual_digits', false) ? 'Isolated' : 'Contiguous');
    case 'CharDelimiterSplit': {
      const delimiter = rule.text('delimiter');
      return cut(new RegExp(`\\u{${delimiter.codePointAt(0)!.toString(16)}}`, 'gu'), 'Removed');
    }
    case 'Split':
      return cut(
        readPattern(rule, compile),
        rule.choice('behavior', splitBehaviors),
        rule.flag('invert', false),
      );
    case 'FixedLength':
      return cut(new RegExp(`[^]{1,${rule.count('length', 1, 5)}}`, 'gu'), 'Isolated');
    case 'Metaspace':
      return metaspace(rule);
    default:
      throw rule.refuse();
  }
}

function cut(pattern: RegExp, behavior: SplitBehavior, invert = false): PreTokenizer {
  return ({ text, isFirst }) =>
    splitText(text, pattern, behavior, invert).map(({ start, end }) => ({
      text: text.slice(start, end),
      isFirst: isFirst && start === 0,
    }));
}

function byteLevel(rule: Rule): PreTokenizer {
  const prefix = rule.flag('add_prefix_space', true);
  const words = rule.flag('use_regex', true) ? cut(gpt2Word, 'Isolated') : undefined;
  const symbolsOf = rememberWords(toByteSymbols);
  // Only about the places of tokens in the text.
  rule.ignore('trim_offsets');
  return ({ text, isFirst }) => {
    const whole = { text: prefix && !text.startsWith(' ') ? ` ${text}` : text, isFirst };
    const pieces = words?.(whole) ?? [whole];
    for (const piece of pieces) piece.text = symbolsOf(piece.text);
    return pieces;
  };
}

/** Where a Metaspace puts its sign before a text that does not begin with it. */
export const prependSchemes = ['always', 'first', 'never'] as const;

/** Files from before `prepend_scheme` have `add_prefix_space` for it. */
export function readPrependScheme(rule: Rule): (typeof prependSchemes)[number] {
  const old = rule.optionalFlag('add_prefix_space') ?? true;
  return rule.choice('prepend_scheme', prependSchemes, old ? 'always' : 'never');
}

function metaspace(rule: Rule): PreTokenizer {
  const sign = rule.text('replacement', '▁');
  if (Array.from(sign).length !== 1) throw rule.refuse('its replacement is not one character');
  const scheme = readPrependScheme(rule);
  const splits = rule.flag('split', true);
  // An old copy of `replacement`.
  rule.ignore('str_rep');
  const words = cut(new RegExp(`\\u{${sign.codePointAt(0)!.toString(16)}}`, 'gu'), 'MergedWithNext');
  return ({ text, isFirst }) => {
    const spaced = text.replaceAll(' ', sign);
    const prepends = !spaced.startsWith(sign) && (scheme === 'always' || (scheme === 'first' && isFirst));
    const whole = { text: prepends ? sign + spaced : spaced, isFirst };
    return splits ? words(whole) : [whole];
  };
}
