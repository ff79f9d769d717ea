/**
 * Normalizers: what is done to a text before it is cut (Hugging Face tokenizers 0.23, normalizers/). Written here because
 * those of the JavaScript library differ from the Python ones that models are trained with: a final Σ, `$` in a
 * replacement, U+0085 and U+FEFF as white space, Chinese characters beyond U+FFFF.
 */
import { toByteSymbols } from '../byte-symbols.js';
import { type CompilePattern, readPattern } from './pattern.js';
import type { Rule } from './rule.js';

/** From text to text. */
export type Normalizer = (text: string) => string;

/** Builds a normalizer. Throws DataError on a rule that is not obeyed. */
export function createNormalizer(rule: Rule, compile: CompilePattern): Normalizer {
  const normalizer = build(rule, compile);
  rule.finish();
  return normalizer;
}

function build(rule: Rule, compile: CompilePattern): Normalizer {
  switch (rule.type) {
    case 'Sequence': {
      const parts = rule.rules('normalizers').map((part) => createNormalizer(part, compile));
      return (text) => parts.reduce((done, part) => part(done), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = rule.type;
      return (text) => text.normalize(form);
    }
    case 'Lowercase':
      return lowerCase;
    case 'StripAccents':
      return (text) => text.replace(/\p{M}/gu, '');
    case 'Strip': {
      const left = rule.flag('strip_left', true) ? /^\p{White_Space}+/u : /(?!)/u;
      const right = rule.flag('strip_right', true) ? /\p{White_Space}+$/u : /(?!)/u;
      return (text) => text.replace(left, '').replace(right, '');
    }
    case 'Replace': {
      const pattern = readPattern(rule, compile);
      const content = rule.text('content');
      return (text) => text.replace(pattern, () => content);
    }
    case 'Prepend': {
      const before = rule.text('prepend');
      return (text) => (text === '' ? '' : before + text);
    }
    case 'ByteLevel':
      return toByteSymbols;
    case 'BertNormalizer':
      return bertNormalizer(rule);
    default:
      throw rule.refuse();
  }
}

/** Each character by itself: at the end of a word, JavaScript would make Σ a ς. */
function lowerCase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}

const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

function bertNormalizer(rule: Rule): Normalizer {
  const clean = rule.flag('clean_text', true);
  const apart = rule.flag('handle_chinese_chars', true);
  const lower = rule.flag('lowercase', true);
  const strip = rule.optionalFlag('strip_accents') ?? lower;
  return (text) => {
    let done = text;
    if (clean) {
      done = done.replace(/[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
      done = done.replace(/\p{White_Space}/gu, ' ');
    }
    if (apart) done = done.replace(chinese, ' $& ');
    if (strip) done = done.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lower ? lowerCase(done) : done;
  };
}
