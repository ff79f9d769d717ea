import { describe, expect, it } from 'vitest';
import { cutPage, entryNotes, fieldLabel, findExamples, isRight, type Query, showNumber } from './browser.js';
import { packExamples } from './pack-examples.js';

const set = packExamples(
  'a run',
  [
    { index: 0, target: ' Loaf', predicted: ' loaf', logProb: -3, wholeWord: false, lastToken: true },
    { index: 1, target: ' tree', predicted: ' tree', logProb: -1, wholeWord: true, lastToken: true },
    {
      index: 2,
      target: ' sea',
      predicted: ' lake',
      wholeWord: false,
      lastToken: false,
      hints: ['a tree', 'salt'],
    },
    { index: 12, target: ' bell', predicted: ' bell', logProb: -2, wholeWord: true, lastToken: false },
  ],
  10,
);
const everything: Query = { show: 'all', criterion: 0, text: '', order: 'file' };
const find = (changes: Partial<Query>) =>
  findExamples(set, { ...everything, ...changes }).map((place) => set.rows[place]![0]);

describe('findExamples', () => {
  it.each<[string, Partial<Query>, string[]]>([
    ['everything, in the order of the file', {}, ['0', '1', '2', '12']],
    ['right by the first criterion', { show: 'right' }, ['1', '12']],
    ['wrong by the second', { show: 'wrong', criterion: 1 }, ['2', '12']],
    ['a word, whatever its case', { text: 'LOAF' }, ['0']],
    ['a part of a word, also within lists', { text: 'tre' }, ['1', '2']],
    ['all of several words', { text: 'tree  salt' }, ['2']],
    ['nothing', { text: 'nowhere' }, []],
    ['an example by its number, not every number that begins so', { text: '#1' }, ['1']],
    ['lowest first, those without a number last', { order: 'lowest' }, ['0', '12', '1', '2']],
    ['highest first, those without a number last', { order: 'highest' }, ['1', '12', '0', '2']],
    ['all at once', { show: 'right', text: 'e', order: 'lowest' }, ['12', '1']],
  ])('%s', (_, query, names) => {
    expect(find(query)).toEqual(names);
  });

  it('shows all where nothing is right or wrong', () => {
    const texts = packExamples('a run', [{ index: 0, nats: 1 }], 10);
    expect(findExamples(texts, { ...everything, show: 'right' })).toEqual([0]);
  });

  it('finds a question of a dialogue by the number of the dialogue', () => {
    const turns = [{ answer: 'a' }, { answer: 'b' }];
    const dialogues = packExamples(
      'a run',
      [
        { index: 1, turns },
        { index: 12, turns },
      ],
      10,
    );
    const found = findExamples(dialogues, { ...everything, text: '#1' });
    expect(found.map((place) => dialogues.rows[place]![0])).toEqual(['1.1', '1.2']);
  });
});

it('isRight reads the bit of the criterion', () => {
  expect([0, 1].map((criterion) => isRight(set.rows[3]!, criterion))).toEqual([true, false]);
});

describe('cutPage', () => {
  it.each([
    [0, 0, { page: 0, pages: 1, from: 0, to: 0 }],
    [50, 0, { page: 0, pages: 1, from: 0, to: 50 }],
    [51, 1, { page: 1, pages: 2, from: 50, to: 51 }],
    [51, 9, { page: 1, pages: 2, from: 50, to: 51 }],
    [51, -1, { page: 0, pages: 2, from: 0, to: 50 }],
  ])('of %i examples page %i', (count, page, expected) => {
    expect(cutPage(count, page)).toEqual(expected);
  });
});

it('names of fields and numbers are written for people', () => {
  expect(['logProb', 'given.emptyMatch', 'contextTokens', 'input'].map(fieldLabel)).toEqual([
    'log-prob',
    'given: empty match',
    'context tokens',
    'hash of the input',
  ]);
  expect([-1.5, 3, 0, -2].map(showNumber)).toEqual(['−1.500', '3', '0', '−2']);
});

it('in a list the largest number and the right answer are named', () => {
  expect([0, 1, 2].map((place) => entryNotes([-3, -1, -2], place, 2))).toEqual([
    [],
    ['largest'],
    ['right answer'],
  ]);
  expect(entryNotes(['a', 'b'], 1, undefined)).toEqual([]);
});
