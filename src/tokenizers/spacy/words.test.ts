import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSplitWords } from './words.js';

const splitWords = createSplitWords();

/** Every code point but lone surrogates; fast-check's own `unit: 'binary'` takes a second to build. */
const anyCharacter = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

describe('spaCy words', () => {
  // Words: spaCy 3.8.16, spacy.lang.en.English().
  it.each([
    ["I don't think it's John's café.", ['I', 'do', "n't", 'think', 'it', "'s", 'John', "'s", 'café', '.']],
    [
      "dont Cant couldn't've y'all I’m they’ll",
      ['do', 'nt', 'Ca', 'nt', 'could', "n't", "'ve", "y'", 'all', 'I', '’m', 'they', '’ll'],
    ],
    [
      "gonna cannot let's C'mon how'd'y",
      ['gon', 'na', 'can', 'not', 'let', "'s", "C'm", 'on', 'how', "'d", "'y"],
    ],
    ['its well were shell ill', ['its', 'well', 'were', 'shell', 'ill']],
    ['8am 12p.m. 13pm', ['8', 'am', '12', 'p.m.', '13pm']],
    [
      'Mr. Smith of St. Louis, Mo. met Dr. No.',
      ['Mr.', 'Smith', 'of', 'St.', 'Louis', ',', 'Mo.', 'met', 'Dr.', 'No', '.'],
    ],
    ['U.S.A. e.g. i.e. vs. Ph.D.', ['U.S.A.', 'e.g.', 'i.e.', 'vs.', 'Ph.D.']],
    ['the end.Start of A.Bc and a.b', ['the', 'end', '.', 'Start', 'of', 'A.Bc', 'and', 'a.b']],
    [
      'state-of-the-art 5-year 1990-2000 -5 a--b',
      [
        'state',
        '-',
        'of',
        '-',
        'the',
        '-',
        'art',
        '5',
        '-',
        'year',
        '1990',
        '-',
        '2000',
        '-5',
        'a',
        '--',
        'b',
      ],
    ],
    [
      'and/or w/o km/h 5km/h 20°C. 3kg 10%.',
      ['and/or', 'w/o', 'km', '/', 'h', '5', 'km/h', '20', '°', 'C', '.', '3', 'kg', '10', '%', '.'],
    ],
    ['US$5 $1,000.50 £3 5€', ['US$', '5', '$', '1,000.50', '£', '3', '5', '€']],
    [
      'https://example.com/a?b=c&d=1 (www.example.org), me@example.com.',
      ['https://example.com/a?b=c&d=1', '(', 'www.example.org', ')', ',', 'me@example.com', '.'],
    ],
    ['192.168.0.1 8.8.8.8:53', ['192.168.0.1', '8.8.8.8:53']],
    ['<b>bold</b> a=b x<y 1<2', ['<', 'b', '>', 'bold</b', '>', 'a', '=', 'b', 'x', '<', 'y', '1<2']],
    [':-) :) ;D <3 (^_^) :-)))', [':-)', ':)', ';D', '<3', '(^_^)', ':-)))']],
    ['"quoted" ‘single’ “double”', ['"', 'quoted', '"', '‘', 'single', '’', '“', 'double', '”']],
    ["'tis 'em rock'n'roll nothin' o'clock", ["'", 'tis', "'em", "rock'n'roll", "nothin'", "o'clock"]],
    ['wait... what?! …so', ['wait', '...', 'what', '?', '!', '…', 'so']],
    ['😀👨‍👩‍👧🇫🇷 ok❤️', ['😀', '👨', '\u200d', '👩', '\u200d', '👧', '🇫', '🇷', 'ok', '❤', '\ufe0f']],
    ['中文，测试。日本語「テスト」', ['中文，测试。日本語「テスト', '」']],
    ['a  b\n c \n\nd ', ['a', ' ', 'b', '\n ', 'c', '\n\n', 'd']],
    [
      '1+1 2*3 2^3 4-5 a–b a—b a~b',
      [
        '1',
        '+',
        '1',
        '2',
        '*',
        '3',
        '2',
        '^',
        '3',
        '4',
        '-',
        '5',
        'a',
        '–',
        'b',
        'a',
        '—',
        'b',
        'a',
        '~',
        'b',
      ],
    ],
    [
      'a:b a>b a/b a,b a..b a…b a©b',
      [
        'a',
        ':',
        'b',
        'a',
        '>',
        'b',
        'a',
        '/',
        'b',
        'a',
        ',',
        'b',
        'a',
        '..',
        'b',
        'a',
        '…',
        'b',
        'a',
        '©',
        'b',
      ],
    ],
    ['C++ .NET a.', ['C++', '.NET', 'a.']],
    ['°C. 5°F.', ['°', 'C', '.', '5', '°', 'F', '.']],
  ])('splits %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('loses and adds no character but spaces', () => {
    const piece = fc.constantFrom(
      "don't",
      '...',
      ':-)',
      'a.b',
      '(',
      ')',
      'e.g.',
      "'s",
      ' ',
      '\n',
      '😀',
      '5km',
      '°c.',
      '-',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: anyCharacter }))), (pieces) => {
        const text = pieces.join('');
        expect(splitWords(text).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('splits a chunk the second time as the first', () => {
    const text = "(don't) :-) e.g. well-known";
    expect(splitWords(text)).toEqual(createSplitWords()(text));
    expect(splitWords(text)).toEqual(['(', 'do', "n't", ')', ':-)', 'e.g.', 'well', '-', 'known']);
  });
});
