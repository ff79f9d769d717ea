import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gpt2Word } from './gpt2-words.js';
import { countWords, isWhiteSpace, lastWordEnd } from './white-space.js';

describe('white space', () => {
  it('is what Unicode calls White_Space', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => unit);
    const expected = units.filter((unit) => /\p{White_Space}/u.test(String.fromCharCode(unit)));
    expect(expected.length).toBe(25);
    expect(units.filter(isWhiteSpace)).toEqual(expected);
  });

  it.each([
    ['', 0],
    [' \n\t', 0],
    ["don't stop", 2],
    ['\n a\u3000b\u00a0 c\u0085', 3],
    ['\ufeffa', 1],
  ])('parts %j into %i words', (text, words) => {
    expect(countWords(text)).toBe(words);
  });
});

describe('lastWordEnd', () => {
  it.each([
    ['one two', 0, 3],
    ['one two ', 0, 7],
    ['one two ', 7, -1],
    ['  one', 0, -1],
    ['', 0, -1],
  ])('of %j after %i is %i', (text, from, end) => {
    expect(lastWordEnd(text, from)).toBe(end);
  });

  it('is a cut that leaves the words of the split pattern as they are, whatever follows', () => {
    const part = fc.constantFrom('a', "'", 's', 'ő', '1', '.', '😀', ' ', '\n', '\t', '\u0085', '\u00a0');
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, behind) => {
        const cut = lastWordEnd(before);
        fc.pre(cut >= 0);
        const words = (sample: string) => sample.match(gpt2Word) ?? [];
        const whole = before + behind;
        expect([...words(whole.slice(0, cut)), ...words(whole.slice(cut))]).toEqual([...words(whole)]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
