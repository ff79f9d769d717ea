import { pythonWhitespace } from './python-whitespace.js';

const replacements: [from: string, to: string][] = [
  ['\u2014', '-'], // em dash
  ['\u2013', '-'], // en dash
  ['\u2015', '-'], // horizontal bar
  ['\u2026', '...'], // ellipsis
  ['\u00b4', "'"], // acute accent
];

// The original pattern also means to catch backslashes, but it is not a raw string: its `\\+` reaches the regular
// expression as a second plus sign. The model never saw padded backslashes, so they stay unpadded here.
const repeatedPunctuation = /-+|~+|!+|"+|;+|\?+|\++|,+|\)+|\(+|\/+|\*+|\[+|\]+|\}+|\{+|\|+|_+/g;

const whitespace = new RegExp(`[${pythonWhitespace}]+`, 'g');
const atTheEdges = new RegExp(`^[${pythonWhitespace}]+|[${pythonWhitespace}]+$`, 'g');

/**
 * The clean-up that GPT-1 was trained with: dashes and ellipses to ASCII, a space on both sides of every run of one
 * punctuation character, newlines to `" \n "` (several become one), other whitespace to one space, nothing at the edges.
 *
 * Source: openai/finetune-transformer-lm text_utils.py:text_standardize.
 */
export function standardizeText(text: string): string {
  let result = text;
  for (const [from, to] of replacements) result = result.replaceAll(from, to);
  return result
    .replace(repeatedPunctuation, ' $& ')
    .replace(whitespace, (run) => (run.includes('\n') ? ' \n ' : ' '))
    .replace(atTheEdges, '');
}
