import { expect, test } from 'vitest';
import { normalise, readNgrams } from './ngrams.js';

/** The n-grams of texts that come in pieces, and the words of each text. */
function ngramsOf(n: number, ...texts: string[][]): { ngrams: string[]; words: number[] } {
  const ngrams: string[] = [];
  const reader = readNgrams(n, (bytes, start, end) => {
    ngrams.push(Buffer.from(bytes.subarray(start, end)).toString('utf8'));
  });
  const words = texts.map((pieces) => {
    for (const piece of pieces) reader.add(piece);
    return reader.end();
  });
  return { ngrams, words };
}

test.each([
  ["It's 3.5% -- OK?", 'it s 3 5 ok'],
  ['  <unk>\n\tN  ', 'unk n'],
  ['Café CAFE\u0301 Straße 東京', 'café cafe\u0301 straße 東京'],
  ['…', ''],
])('%j is compared as %j', (text, normal) => {
  expect(normalise(text)).toBe(normal);
});

test('all runs of n words, in order', () => {
  const { ngrams, words } = ngramsOf(3, ['One two, three four: five!']);
  expect(ngrams).toEqual(['one two three', 'two three four', 'three four five']);
  expect(words).toEqual([5]);
});

test('no run reaches from one text into the next, and a text shorter than n has none', () => {
  const { ngrams, words } = ngramsOf(2, ['a b'], ['c'], [''], ['d e']);
  expect(ngrams).toEqual(['a b', 'd e']);
  expect(words).toEqual([2, 1, 0, 2]);
});

test.each([1, 2, 3, 7])('pieces of %i characters give the same as the whole', (size) => {
  const text = 'The cat — 𝒜bc𝒟 naïve; 12,5 “sat” on\r\nthe\u00a0mat 东 (twice).';
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
  for (const n of [1, 2, 4]) expect(ngramsOf(n, pieces)).toEqual(ngramsOf(n, [text]));
});

test('without a visitor words are counted', () => {
  const reader = readNgrams(8);
  reader.add('one tw');
  reader.add('o three, ');
  expect(reader.end()).toBe(3);
  expect(reader.end()).toBe(0);
});

test('a text without any space does not pile up', () => {
  const { words } = ngramsOf(
    1,
    Array.from({ length: 5 }, () => 'x'.repeat(60_000)),
  );
  expect(words[0]).toBeGreaterThan(1);
});
