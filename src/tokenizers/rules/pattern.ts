/** The patterns of a `tokenizer.json`: a text, or a regular expression in the syntax of Oniguruma. */
import type { Rule } from './rule.js';

/** Turns a regular expression of Oniguruma into one of JavaScript, flags `gu`. Throws where that cannot be done. */
export type CompilePattern = (source: string) => RegExp;

/** The setting `pattern` of a rule, for `matchAll` and `replaceAll`. Throws DataError on one that JavaScript cannot match. */
export function readPattern(rule: Rule, compile: CompilePattern): RegExp {
  const { String: text, Regex: source, ...others } = rule.object('pattern');
  if (Object.keys(others).length > 0 || (text === undefined) === (source === undefined)) {
    throw rule.refuse('its pattern is neither a String nor a Regex');
  }
  if (typeof text === 'string') return literalPattern(text);
  if (typeof source !== 'string') throw rule.refuse('its pattern is no text');
  try {
    return compile(forJavaScript(source));
  } catch (error) {
    throw rule.refuse(
      `its pattern ${JSON.stringify(source)} cannot be matched (${(error as Error).message})`,
    );
  }
}

/** A pattern that matches just that text. */
export function literalPattern(text: string): RegExp {
  // An empty text matches nowhere, not between all characters.
  if (text === '') return /(?!)/gu;
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'gu');
}

/** What a possessive quantifier stands behind: a class, a property, an escape, a closed group or a character. */
const quantifier = /[?*+]|\{\d+(?:,\d*)?\}/y;

/**
 * Rewrites what never gives back what it has matched, `a++`, `a*+`, `a?+` and `(?>a)`, for an engine that has only
 * lookaheads, which do not either: `a++` → `(?=(?<_1>a+))\k<_1>`. And what two letters are without regard to case.
 */
function forJavaScript(source: string): string {
  let count = 0;
  const atomic = (inner: string) => {
    const name = `_${++count}`;
    return String.raw`(?=(?<${name}>${inner}))\k<${name}>`;
  };
  /** Reads alternatives up to the end or a closing bracket. */
  const read = (from: number, folds: boolean): [text: string, end: number] => {
    let text = '';
    let at = from;
    while (at < source.length && source[at] !== ')') {
      let atom: string;
      if (source.startsWith('(?>', at)) {
        const [inner, end] = read(at + 3, folds);
        atom = atomic(inner);
        at = end + 1;
      } else if (source[at] === '(') {
        const head = /^\((?:\?(?:<[=!]|<\w+>|[a-z-]*:|[=!]))?/.exec(source.slice(at))![0];
        const [inner, end] = read(at + head.length, folds || head === '(?i:');
        atom = `${head}${inner})`;
        at = end + 1;
      } else {
        const end = atomEnd(source, at);
        atom = folds ? withFoldedSigns(source.slice(at, end)) : source.slice(at, end);
        at = end;
      }
      quantifier.lastIndex = at;
      const found = quantifier.exec(source)?.[0];
      if (found === undefined) {
        text += atom;
        continue;
      }
      at += found.length;
      // Behind {1,3} a plus is no possession but a repetition.
      if (source[at] === '+' && !found.startsWith('{')) {
        text += atomic(atom + found);
        at++;
      } else if (source[at] === '+') {
        text += `(?:${atom}${found})+`;
        at++;
      } else {
        text += atom + found;
      }
    }
    return [text, at];
  };
  const [text, end] = read(0, false);
  if (end < source.length) throw new SyntaxError('a bracket too many');
  return text;
}

/** Without regard to case, s is ſ (U+017F) as well and k is K (U+212A); the library knows only of ASCII. */
const foldedSigns = [
  { letters: /[sS]|a-z|A-Z/, sign: 'ſ' },
  { letters: /[kK]|a-z|A-Z/, sign: '\u212a' },
];

function withFoldedSigns(atom: string): string {
  const signs = foldedSigns.flatMap(({ letters, sign }) => (letters.test(atom) ? [sign] : [])).join('');
  if (signs === '' || atom.startsWith('\\')) return atom;
  if (!atom.startsWith('[')) return `[${atom}${signs}]`;
  // What is inside others, or left out, is not worth the trouble: it stays as the library has it.
  return /^\[[^^[\]\\]*\]$/.test(atom) ? `${atom.slice(0, -1)}${signs}]` : atom;
}

/** Index behind the atom that begins at `at`: a class in brackets, an escape or a character. */
function atomEnd(source: string, at: number): number {
  if (source[at] === '\\') {
    const braced = /^\\[pPxu]\{[^}]*\}/.exec(source.slice(at));
    return at + (braced ? braced[0].length : 2);
  }
  if (source[at] !== '[') return at + String.fromCodePoint(source.codePointAt(at)!).length;
  let depth = 0;
  for (let index = at; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === '[') {
      depth++;
      if (source[index + 1] === '^') index++;
      // A bracket that comes first closes nothing.
      if (source[index + 1] === ']') index++;
    } else if (source[index] === ']' && --depth === 0) return index + 1;
  }
  throw new SyntaxError('a class that does not end');
}
