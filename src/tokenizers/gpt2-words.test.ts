import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forEachGpt2Word, gpt2Word } from './gpt2-words.js';

const scanned = (text: string) => {
  const words: string[] = [];
  forEachGpt2Word(text, (start, end) => words.push(text.slice(start, end)));
  return words;
};
const matched = (text: string) => Array.from(text.matchAll(gpt2Word), ([word]) => word);

describe('the scanner cuts where the pattern matches', () => {
  test.each([
    "I've 3 dogs, don't you? They'll run; we'd 'stay'  \n\n  'ReST  ",
    "a!'s b 's c'\u2019s '' 'l 'll 'r 're 'v 've '",
    '  \t leading, trailing \u00a0 \u0085\u2003x \ufeffy\n',
    'Zo\u00eb 漢字 \u0663\u0664 x² ½ 😀😀 👨‍👩‍👧 \ud83d alone \ude00\ud800',
    '𝒳𝟙 𝒳 𝟙😀 \u{1F1E6}',
    '',
    ' ',
    '\n',
    ' \n x',
  ])('%j', (text) => {
    expect(scanned(text)).toEqual(matched(text));
  });

  test('any text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(
        "'s",
        "'re",
        ' ',
        '  ',
        '\n',
        '\t',
        "'",
        '12',
        'ab',
        '!',
        '\u00a0',
        '\u2028',
        '😀',
        '\ud800',
        '\udc00',
        '𝒳',
      ),
    );
    const property = fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(scanned(text)).toEqual(matched(text));
    });
    fc.assert(property, { numRuns: 2000, seed: 20190214 });
  });

  test('every UTF-16 code unit, alone and between others', () => {
    for (let unit = 0; unit < 65_536; unit++) {
      const character = String.fromCharCode(unit);
      const text = `a${character} ${character}1${character}`;
      if (scanned(text).join('|') !== matched(text).join('|')) expect(scanned(text)).toEqual(matched(text));
    }
  });
});
