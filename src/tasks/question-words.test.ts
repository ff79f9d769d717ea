import { describe, expect, test } from 'vitest';
import { naturalQuestionsDev } from '../datasets/natural-questions.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { mostCommonAnswers, questionWord } from './question-words.js';

describe('the question word', () => {
  test.each([
    ['who wrote the book', 'who'],
    ["Who's the mayor?", 'who'],
    ['the capital of which state is Boise', 'which'],
    ['in what year did it end', 'what'],
    ['whose hat is it', 'whose'],
    ['how many are there', 'how'],
    ['name the whole list', 'other'],
  ])('%s: %s', (question, word) => {
    expect(questionWord(question)).toBe(word);
  });
});

const ask = (question: string, ...references: string[]) => ({ question, references });

test('a question is judged by what is most common among the others with its word', () => {
  const [who, where] = mostCommonAnswers([
    ask('who one', 'Ann'),
    ask('who two', 'Ben', 'The Ben'),
    ask('where one', 'Rome'),
    ask('who three', 'ben!'),
    ask('who four', 'Cid', 'Ben'),
  ]);
  // Without the second question, Ben is still the most common answer (2); Ann is not answered by anybody else.
  expect(who).toEqual({
    word: 'who',
    questions: 4,
    answer: 'ben',
    answers: 3,
    verdicts: [
      { index: 0, correct: false },
      { index: 1, correct: true },
      { index: 3, correct: true },
      { index: 4, correct: true },
    ],
  });
  expect(where).toMatchObject({ word: 'where', answer: 'rome', verdicts: [{ index: 2, correct: false }] });
});

test('among equals the first one in the file is taken, and a question does not vote for itself', () => {
  const verdicts = (...questions: { question: string; references: string[] }[]) =>
    mostCommonAnswers(questions)[0]!.verdicts.map(({ correct }) => correct);
  // Without itself, each "y" has one other, as many as "x", which comes first.
  expect(verdicts(ask('who', 'x'), ask('who', 'y'), ask('who', 'y'))).toEqual([false, false, false]);
  expect(verdicts(ask('who', 'y'), ask('who', 'y'), ask('who', 'x'))).toEqual([true, true, false]);
});

test('answers of which nothing is left are not the most common one', () => {
  const [group] = mostCommonAnswers([ask('what', 'A+'), ask('what', '*'), ask('what', 'iron')]);
  expect(group).toMatchObject({ answer: 'iron', answers: 1 });
  expect(group!.verdicts.every(({ correct }) => !correct)).toBe(true);
});

describe.skipIf(!hasData)(`the published questions${needsData}`, () => {
  test('are answered by the baseline in less than 1 of 100 cases', async () => {
    const rows = await naturalQuestionsDev.read([`${dataFolder}/nq-open/NQ-open.dev.jsonl`]);
    const groups = mostCommonAnswers(
      rows.map(({ question, answers }) => ({ question, references: answers })),
    );
    // Counted by a Python 3.11 program of a few lines (Counter over the same words and normalised answers).
    expect(groups.slice(0, 3).map(({ word, questions }) => [word, questions])).toEqual([
      ['who', 1339],
      ['when', 672],
      ['what', 551],
    ]);
    expect(groups[1]).toMatchObject({ answer: '2017', answers: 20 });
    const right = groups.flatMap((group) => group.verdicts).filter(({ correct }) => correct);
    expect(right.length).toBe(32);
  });
});
