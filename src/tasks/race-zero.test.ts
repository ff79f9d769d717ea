import { expect, test } from 'vitest';
import type { RaceRow } from '../datasets/race.js';
import { createTask } from './find.js';
import { type RaceZeroRecord, raceZero } from './race-zero.js';
import type { ChoiceTask, LoglikelihoodAnswer, RecordBase } from './task.js';

const task = createTask(raceZero) as ChoiceTask<RaceRow, RaceZeroRecord>;

const row: RaceRow = {
  article: 'A heron stood in the brook.\nIt waited. ',
  question: 'The heron was   _  .',
  options: ['asleep', 'patient', 'in the air', 'lost '],
  label: 1,
  level: 'middle',
  id: 'middle1.txt',
};

const answer = (...logProbs: number[]): LoglikelihoodAnswer => ({
  ...{ tokens: logProbs.map(() => 0), logProbs, argMax: logProbs.map(() => 0) },
  ...{ contextTokens: 9, truncatedTokens: 0, decode: () => '' },
});

test('document and question are the context, answers go on behind a space', () => {
  expect(task.request(row)).toEqual({
    context: 'A heron stood in the brook.\nIt waited. The heron was   _  .',
    options: [' asleep', ' patient', ' in the air', ' lost'],
  });
});

test('the mean decides, not the sum', () => {
  const record = task.record(row, [answer(-2), answer(-3), answer(-1.5, -1.5, -1.5), answer(-4)]);
  expect(record).toEqual({
    ...{ target: 'B', predicted: 'C', level: 'middle', label: 1 },
    meanLogProbs: [-2, -3, -1.5, -4],
  });
});

test('accuracies by school, the share of cut documents, and the scale of the figure', () => {
  const record = (right: boolean, level: 'middle' | 'high', truncatedTokens: number) => ({
    ...{ index: 0, input: '', contextTokens: 1, scoredTokens: 1, truncatedTokens },
    ...{ target: 'B', predicted: right ? 'B' : 'A', level, label: 1 },
    meanLogProbs: right ? [-2, -1, -3, -4] : [-1, -2, -3, -4],
  });
  const records: (RecordBase & RaceZeroRecord)[] = [
    record(true, 'middle', 0),
    record(true, 'middle', 0),
    record(false, 'high', 3),
    record(true, 'high', 0),
    record(false, 'high', 0),
  ];
  const values = (part: typeof records) =>
    Object.fromEntries(task.metrics(part).map(({ id, value }) => [id, value]));
  expect(values(records)).toEqual({
    accuracy: 60,
    normalised: (60 - 25) / (53.3 - 25),
    accuracy_middle: 100,
    accuracy_high: expect.closeTo(100 / 3, 10),
    truncated: 20,
  });
  expect(Object.keys(values(records.slice(0, 2)))).not.toContain('accuracy_high');
});

test('the test split is a variant', () => {
  const { variant, dataset } = createTask(raceZero, { split: 'test' });
  expect(variant).toEqual({ split: 'test' });
  expect(dataset.publishedRows).toBe(4934);
});
