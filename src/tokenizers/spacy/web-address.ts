import { pythonWhitespace } from '../python-whitespace.js';
import { lowerCase } from './characters.js';

const nonSpace = `[^${pythonWhitespace}]`;
const wordCharacter = '[\\p{L}\\p{N}_';
const digit = '\\p{Nd}';
const hostCharacter = '[A-Za-z0-9\\u{a1}-\\u{ffff}';

const scheme = `(?:${wordCharacter}+\\-.]{2,}:\\/\\/)?`;
const user = `(?:${nonSpace}+(?::${nonSpace}*)?@)?`;

// Four octets, but no address of a private or local network.
const privateNetworks = [
  `(?!(?:10|127)(?:\\.${digit}{1,3}){3})`,
  `(?!(?:169\\.254|192\\.168)(?:\\.${digit}{1,3}){2})`,
  `(?!172\\.(?:1[6-9]|2${digit}|3[0-1])(?:\\.${digit}{1,3}){2})`,
].join('');
const ipAddress = [
  `(?:[1-9]${digit}?|1${digit}${digit}|2[01]${digit}|22[0-3])`,
  `(?:\\.(?:1?${digit}{1,2}|2[0-4]${digit}|25[0-5])){2}`,
  `\\.(?:[1-9]${digit}?|1${digit}${digit}|2[0-4]${digit}|25[0-4])`,
].join('');

// Labels of at most 64 characters, then a top-level domain in lower case, so that "end.Start" is no host.
const host = `(?:(?:${hostCharacter}]${hostCharacter}_\\-]{0,62})?${hostCharacter}]\\.)+[${lowerCase}]{2,63}`;
const portAndPath = `(?::${digit}{2,5})?(?:[\\/?#]${nonSpace}*)?`;

const rest = `(?:${privateNetworks}${ipAddress}|${host})${portAndPath}$`;
const withoutUser = new RegExp(`^${scheme}${rest}`, 'v');
const withUser = new RegExp(`^${scheme}${user}${rest}`, 'v');

/**
 * Whether the whole chunk is a web or mail address, scheme optional: `example.com/a?b`, `me@example.com`.
 * Such a chunk stays one word. Source: spaCy 3.8.16, spacy/lang/tokenizer_exceptions.py:URL_PATTERN.
 */
export function isWebAddress(chunk: string): boolean {
  // Every alternative needs a full stop, and the user part an @. Without them the user part tries every pair of
  // positions in vain, which takes quadratic time on a long run of characters.
  if (!chunk.includes('.')) return false;
  return (chunk.includes('@') ? withUser : withoutUser).test(chunk);
}
