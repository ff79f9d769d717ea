import { expect, test } from 'vitest';
import { accuracy } from '../metrics/accuracy.js';
import { sideBySideSheet } from '../reports/side-by-side.js';
import type { AnyTask, RecordBase } from '../tasks/task.js';
import { exampleResult } from '../testing/example-result.js';
import { pairedDifferences } from './paired.js';

type Kept = RecordBase & { right: boolean; nats: number };

const task = {
  kind: 'loglikelihood',
  metrics: (records: readonly Kept[]) => [
    {
      ...{ id: 'accuracy', label: 'accuracy', unit: 'percent', higherIsBetter: true },
      ...accuracy(records.map(({ right }) => right)),
    },
    {
      ...{ id: 'perplexity', label: 'perplexity', unit: 'perplexity', higherIsBetter: false },
      value: Math.exp(records.reduce((sum, { nats }) => sum + nats, 0) / records.length),
      ...{ standardError: null, n: records.length },
    },
  ],
} as unknown as AnyTask;

/** Answers to as many questions, of which the first so many are right. */
const answers = (right: number, nats: number, count = 40): Kept[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ index, input: String(index), contextTokens: 1, scoredTokens: 1, truncatedTokens: 0 },
    ...{ right: index < right, nats: nats + (index % 4) / 4 },
  }));

test('accuracies are tested by the questions that only one model got right, other numbers on resampled examples', () => {
  const [hits, perplexity] = pairedDifferences(task, answers(30, 1), answers(20, 2))!;
  // Ten questions that the first alone got right: 2 / 2^10.
  expect(hits).toMatchObject({ difference: 25, test: 'McNemar', p: expect.closeTo(2 / 1024, 12) });
  expect(hits!.interval![0]).toBeGreaterThan(5);
  expect(perplexity).toMatchObject({ test: 'bootstrap', p: 2 / 1001 });
  expect(perplexity!.difference).toBeLessThan(0);
  expect(perplexity!.interval![1]).toBeLessThan(0);
});

test('other examples cannot be compared, and a single text is not resampled', () => {
  expect(pairedDifferences(task, answers(3, 1, 10), answers(3, 1, 11))).toBeUndefined();
  const rolling = { ...task, kind: 'rolling' } as AnyTask;
  const windows = answers(3, 1).map((record) => ({ ...record, text: 0 }));
  const [hits, perplexity] = pairedDifferences(rolling, windows, windows)!;
  expect(hits).not.toHaveProperty('p');
  expect(perplexity).not.toHaveProperty('interval');
});

test('the table has a column for each model and what the first is more', () => {
  const named = (name: string, value: number) => ({
    ...exampleResult({ model: { name } }),
    metrics: task.metrics(answers(value, 1)),
  });
  const sheet = sideBySideSheet([
    { result: named('one', 30) },
    { result: named('two', 20), differences: pairedDifferences(task, answers(30, 1), answers(20, 1))! },
  ]);
  expect(sheet.head).toEqual(['', 'one', 'two', 'first minus other']);
  expect(sheet.rows[0]!.slice(1, 3)).toEqual(['75.00 % ± 6.85', '50.00 % ± 7.91']);
  expect(sheet.rows[0]![3]).toMatch(/^two: \+25\.00 \[[\d.]+, [\d.]+\], p 0\.002 \(McNemar\)$/);
});
