import { describe, expect, test } from 'vitest';
import { cbtBlank } from '../datasets/cbt.js';
import { clozeKinds, makeClozes } from './cloze-maker.js';

/** A book of sentences about things and people, long enough for passages of 21. */
const things = 'lamp table window garden river kettle basket ladder candle pillow saddle barrel'.split(' ');
const people = 'Alma Bertram Cedric Dora Edgar Flora Gilbert Hester Ivor Jasper Kitty Lionel'.split(' ');
const book = Array.from({ length: 120 }, (_, n) => {
  const [thing, other] = [things[n % 12]!, things[(n * 5 + 3) % 12]!];
  const [one, two] = [people[n % 12]!, people[(n * 7 + 1) % 12]!];
  return `They saw ${one} put the ${thing} on the ${other}, and ${two} looked quickly away at ${n} o’clock.`;
}).join('\n\n');

describe.each(clozeKinds)('questions about %s', (kind) => {
  const questions = makeClozes(book, kind, 1);
  const ofKind = new Set(kind === 'nouns' ? things : people);

  test('have 20 sentences, one blank and ten words of the kind', () => {
    expect(questions.length).toBeGreaterThan(2);
    for (const { sentences, query, candidates } of questions) {
      expect(sentences).toHaveLength(20);
      expect(query.split(cbtBlank)).toHaveLength(2);
      expect(new Set(candidates).size).toBe(10);
      expect(candidates.filter((word) => !ofKind.has(word))).toEqual([]);
    }
  });

  test('leave out a word of the next sentence that stands in the sentences before', () => {
    for (const { sentences, query, candidates, answer } of questions) {
      const whole = query.replace(cbtBlank, candidates[answer]!);
      expect(book).toContain([...sentences, whole].join('\n\n'));
      expect(sentences.join(' ')).toContain(candidates[answer]);
    }
  });

  test('share no sentence, and are the same with the same seed', () => {
    const all = questions.flatMap(({ sentences, query, candidates, answer }) => [
      ...sentences,
      query.replace(cbtBlank, candidates[answer]!),
    ]);
    expect(all.map((sentence) => book.indexOf(sentence))).toEqual(
      all.map((sentence) => book.indexOf(sentence)).sort((a, b) => a - b),
    );
    expect(makeClozes(book, kind, 1)).toEqual(questions);
    expect(makeClozes(book, kind, 2)).not.toEqual(questions);
  });
});

test('headings are no sentences, and too short a book gives no question', () => {
  expect(makeClozes('CHAPTER I\n\nThe lamp was on the table.', 'nouns', 1)).toEqual([]);
});
