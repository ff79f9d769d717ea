/**
 * What is cut off a chunk of text at its start (prefixes) and end (suffixes), and where it is cut in the middle
 * (infixes). Source: spaCy 3.8.16, spacy/lang/punctuation.py and spacy/lang/en/punctuation.py.
 */
import {
  currencySigns,
  letters,
  lowerCase,
  punctuation,
  quotes,
  symbols,
  units,
  upperCase,
} from './characters.js';

const alternatives = (...patterns: string[]) => `(?:${patterns.join('|')})`;

const dollars = ['US\\$', 'C\\$', 'A\\$'];

const prefix = new RegExp(
  `^${alternatives(
    `[§%=—–${punctuation}${quotes}${currencySigns}${symbols}]`,
    '\\+(?![0-9])',
    '\\.\\.+',
    ...dollars,
  )}`,
  'v',
);

const suffix = new RegExp(
  `${alternatives(
    `[${punctuation}${quotes}${symbols}—–]`,
    '……',
    '\\.\\.+',
    "['’][sS]",
    '(?<=[0-9])\\+',
    '(?<=°[FfCcKk])\\.',
    `(?<=[0-9])${alternatives(`[${currencySigns}]`, ...dollars, ...units)}`,
    // spaCy nests two lists in this class; their own "|", "(", "?", ":" and ")" belong to it as characters.
    `(?<=[0-9${lowerCase}%²\\-+${punctuation}\\|${quotes}])\\.`,
    `(?<=[${upperCase}][${upperCase}])\\.`,
  )}$`,
  'v',
);

const infix = new RegExp(
  alternatives(
    `\\.\\.+|[…${symbols}]`,
    '(?<=[0-9])[+\\-*\\^](?=[0-9\\-])',
    `(?<=[${lowerCase}${quotes}])\\.(?=[${upperCase}${quotes}])`,
    `(?<=[${letters}]),(?=[${letters}])`,
    `(?<=[${letters}0-9])${alternatives('-', '–', '—', '--', '---', '——', '~')}(?=[${letters}])`,
    `(?<=[${letters}0-9])[:<>=\\/](?=[${letters}])`,
  ),
  'gv',
);

/** What every separator has: most chunks have none of it, and looking behind at each of their places takes 20 µs. */
const separator = new RegExp(`[.…,+*\\^\\-–—~:<>=\\/${symbols}]`, 'v');

/** Length (UTF-16 units) of what is cut off at the start: 0 for nothing. */
export function prefixLength(chunk: string): number {
  return prefix.exec(chunk)?.[0].length ?? 0;
}

/** Length (UTF-16 units) of what is cut off at the end: 0 for nothing. */
export function suffixLength(chunk: string): number {
  return suffix.exec(chunk)?.[0].length ?? 0;
}

/** Start and end of every separator inside the chunk, in order and without overlap. */
export function findInfixes(chunk: string): { start: number; end: number }[] {
  if (!separator.test(chunk)) return [];
  return Array.from(chunk.matchAll(infix), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
