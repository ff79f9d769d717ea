import { expect, test } from 'vitest';
import type { ColaRow } from '../datasets/cola.js';
import { loadDataset } from '../datasets/load.js';
import { matthews } from '../metrics/matthews.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { type ColaZeroRecord, colaZero } from './cola-zero.js';
import { createTask } from './find.js';
import type { LoglikelihoodTask, RecordBase } from './task.js';

const task = createTask(colaZero) as LoglikelihoodTask<ColaRow, ColaZeroRecord>;

const record = (meanLogProb: number, label: number): RecordBase & ColaZeroRecord => ({
  ...{ index: 0, input: '', contextTokens: 1, scoredTokens: 1, truncatedTokens: 0, sentence: '' },
  label,
  meanLogProb,
});

test('the whole sentence is asked about, and the mean over its tokens is kept', () => {
  const row = { sentence: 'The tide came in. ', label: 1 };
  expect(task.requests(row)).toEqual([{ context: '', continuation: 'The tide came in.' }]);
  const answer = {
    ...{ tokens: [1, 2, 3, 4], logProbs: [-1, -2, -3, -4], argMax: [0, 0, 0, 0] },
    ...{ contextTokens: 1, truncatedTokens: 0, decode: () => '' },
  };
  expect(task.record(row, [answer])).toEqual({ ...row, meanLogProb: -2.5 });
});

test('sentences that a threshold parts have a correlation of 100, and are 100 ∕ 35 on the scale', () => {
  const records = [-1, -9, -2, -8, -3, -7].flatMap((score) => {
    const label = score > -5 ? 1 : 0;
    return [record(score, label), record(score - 0.25, label)];
  });
  const [honest, best, scale] = task.metrics(records);
  expect(honest).toMatchObject({ id: 'matthews', value: 100, unit: 'points', standardError: null, n: 12 });
  expect(best).toMatchObject({ id: 'matthews_best', value: 100 });
  expect(scale!.value).toBeCloseTo(100 / 35, 12);
  expect(task.details!(records)[0]!.rows[2]).toEqual(['all', (-3.25 - 7) / 2]);
});

test('where halves disagree the honest number is below the best one', () => {
  const scores = [-1, -10, -5, -50, -2, -20, -4, -40];
  const labels = [1, 1, 0, 0, 1, 1, 0, 0];
  const [honest, best] = task.metrics(scores.map((score, place) => record(score, labels[place]!)));
  expect(honest!.value).toBeCloseTo(100 * matthews(labels, [1, 0, 1, 0, 1, 0, 1, 0]), 12);
  expect(best!.value).toBeGreaterThan(honest!.value);
});

test('scores that mean nothing have a correlation of 0, and the list of thresholds says so', () => {
  const records = [1, 0, 1, 1].map((label) => record(-2, label));
  expect(task.metrics(records).map(({ value }) => value)).toEqual([0, 0, 0]);
  expect(task.details!(records)[0]!.rows[2]![1]).toMatch(/^none/);
});

test.skipIf(!hasData)(`the 1,043 sentences of dev can all be asked${needsData}`, async () => {
  const fetch = () => Promise.reject(new Error('no hub in this test'));
  const { rows } = await loadDataset(task.dataset, { dataDir: dataFolder, fetch });
  expect(rows).toHaveLength(1043);
  expect(rows.filter(({ label }) => label === 1)).toHaveLength(719);
  for (const row of rows) expect(task.requests(row)[0]!.continuation).toMatch(/^\S+ .*\S$/s);
});
