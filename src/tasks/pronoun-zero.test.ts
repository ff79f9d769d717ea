import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import type { PronounProblem } from '../datasets/pronoun-problem.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { createTask } from './find.js';
import { type PronounZeroRecord, pronounZeroTasks } from './pronoun-zero.js';
import type { LoglikelihoodAnswer, LoglikelihoodTask, RecordBase } from './task.js';
import { winogradTasks } from './winograd.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

const tasks = pronounZeroTasks.map(
  (definition) => createTask(definition) as LoglikelihoodTask<PronounProblem, PronounZeroRecord>,
);
const [dprd, schemata] = tasks as [(typeof tasks)[0], (typeof tasks)[0]];

const answer = (...logProbs: number[]): LoglikelihoodAnswer => ({
  tokens: logProbs.map(() => 0),
  logProbs,
  argMax: logProbs.map(() => 0),
  contextTokens: 1,
  truncatedTokens: 0,
  decode: () => '',
});

const problem: PronounProblem = {
  before: 'The ox met the ant and',
  after: 'ran.',
  possessive: false,
  candidates: ['The ox', 'the ant'],
  answer: 1,
};

test('each candidate takes the place of the pronoun, and only the rest is asked about', () => {
  expect(dprd.requests(problem)).toEqual([
    { context: 'The ox met the ant and the ox', continuation: ' ran.' },
    { context: 'The ox met the ant and the ant', continuation: ' ran.' },
  ]);
  expect(dprd.requests({ ...problem, possessive: true, after: 'hill fell.' })[0]!.context).toMatch(/ox's$/);
  expect(dprd.requests({ ...problem, after: "'d run." })[0]!.continuation).toBe("'d run.");
});

test('the mean decides, not the sum', () => {
  // Sums −4 and −4.5; means −2 and −1.5.
  const record = dprd.record(problem, [answer(-1, -3), answer(-1, -1, -2.5)]);
  expect(record).toEqual({ target: 'the ant', predicted: 'the ant', answer: 1, meanLogProbs: [-2, -1.5] });
});

test('accuracy and its place on the scale of the figure; a draw is not right', () => {
  const base = { index: 0, input: '', contextTokens: 1, scoredTokens: 1, truncatedTokens: 0 };
  const record = (right: boolean): RecordBase & PronounZeroRecord => ({
    ...base,
    ...{ target: '', predicted: '', answer: 1, meanLogProbs: right ? [-2, -1] : [-1, -1] },
  });
  const [accuracy, normalised] = dprd.metrics(Array.from({ length: 100 }, (_, i) => record(i < 60)));
  expect(accuracy).toMatchObject({ id: 'accuracy', value: 60, n: 100, unit: 'percent' });
  expect(normalised).toMatchObject({ id: 'normalised', n: 100, unit: 'share' });
  expect(normalised!.value).toBeCloseTo((60 - 50) / (76.41 - 50), 12);
  expect(normalised!.standardError).toBeCloseTo(accuracy!.standardError! / (76.41 - 50), 12);
});

test('the train split is a variant', () => {
  const train = createTask(pronounZeroTasks[0]!, { split: 'train' });
  expect(train.variant).toEqual({ split: 'train' });
  expect(train.dataset.publishedRows).toBe(1322);
});

test('every problem of the samples can be asked', async () => {
  for (const { dataset, requests } of tasks) {
    const { rows } = await loadDataset(dataset, { data: 'sample', fetch: noHub });
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const texts = requests(row).map(({ context, continuation }) => context + continuation);
      expect(new Set(texts).size).toBe(row.candidates.length);
      for (const text of texts) expect(text).toMatch(/^[A-Z][^[\]]*\S\.$/);
    }
  }
});

describe.skipIf(!hasData)(`the published schemata${needsData}`, () => {
  test('the requests are the partial ones of the task winograd', async () => {
    const { rows } = await loadDataset(schemata.dataset, { dataDir: dataFolder, fetch: noHub });
    const winograd = createTask(winogradTasks[0]!, { substitution: 'sentence' }) as typeof schemata;
    for (const row of rows) {
      expect(schemata.requests(row)).toEqual(winograd.requests(row).filter(({ context }) => context !== ''));
    }
    expect(rows).toHaveLength(273);
  });
});
