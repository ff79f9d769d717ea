import { describe, expect, test } from 'vitest';
import {
  accuracyMetric,
  correlationMetrics,
  f1Metric,
  matthewsMetric,
  sameMetrics,
} from './classification-metrics.js';
import { cola } from './cola.js';
import type { ClassifiedRecord } from './finetune-task.js';
import { mnli } from './mnli.js';
import { mrpc } from './mrpc.js';
import { race } from './race.js';
import { expectedScore, softScore, stsB, stsBRegression } from './sts-b.js';

const record = (index: number, label: ClassifiedRecord['label'], predicted: number): ClassifiedRecord => ({
  index,
  input: '',
  label,
  predicted,
  logits: [],
});
// Truth and prediction whose values scikit-learn 1.9 gives as accuracy 0.75, F1 0.8, Matthews 0.46666667.
const truth = [1, 1, 1, 0, 0, 1, 0, 1];
const predicted = [1, 0, 1, 0, 1, 1, 0, 1];
const records = truth.map((label, i) => record(i, label, predicted[i]!));

test('accuracy, F1 and Matthews correlation, from 0 to 100', () => {
  expect(accuracyMetric(records)).toMatchObject({ id: 'accuracy', value: 75, n: 8, unit: 'percent' });
  expect(f1Metric(records).value).toBeCloseTo(80, 10);
  expect(matthewsMetric(records).value).toBeCloseTo(46.666667, 5);
  expect(cola.metrics(records).map(({ id }) => id)).toEqual(['matthews', 'accuracy']);
  expect(mrpc.metrics(records).map(({ id }) => id)).toEqual(['f1', 'accuracy']);
});

describe('always the same answer', () => {
  const always = (answer: number) => truth.map((label, i) => record(i, label, answer));
  test('has no Matthews correlation, and the F1 of its class', () => {
    expect(matthewsMetric(always(1)).value).toBe(0);
    // Precision 5/8, recall 1.
    expect(f1Metric(always(1)).value).toBeCloseTo((100 * 2 * 0.625) / 1.625, 10);
    expect(f1Metric(always(0)).value).toBe(0);
  });

  test('has a correlation of 0, so that no epoch is chosen for it', () => {
    expect(correlationMetrics([1, 2, 3], [4, 4, 4]).map(({ value }) => value)).toEqual([0, 0]);
  });
});

test('correlations are those of SciPy 1.17', () => {
  const [pearson, spearman] = correlationMetrics([0, 1, 1, 3], [0.5, 1.5, 2.0, 2.5]);
  expect(pearson).toMatchObject({ id: 'pearson', unit: 'points', n: 4 });
  expect(pearson!.value).toBeCloseTo(89.190174, 5);
  expect(spearman!.value).toBeCloseTo(94.86833, 5);
});

describe('scores of STS-B', () => {
  test.each([
    [3.4, [0, 0, 0, 0.6, 0.4, 0]],
    [5, [0, 0, 0, 0, 0, 1]],
    [0, [1, 0, 0, 0, 0, 0]],
    [0.25, [0.75, 0.25, 0, 0, 0, 0]],
  ])('%s is the expectation of its soft label', (score, label) => {
    expect(softScore(score).map((p) => Number(p.toFixed(12)))).toEqual(label);
    expect(expectedScore(softScore(score))).toBeCloseTo(score, 12);
  });

  test('are correlated with the expectation of the probabilities, and with the number of the regression', () => {
    const scores = [0.2, 3.4, 5, 1.8];
    const soft = scores.map((score, i) => ({
      ...record(i, softScore(score), 0),
      // Log-probabilities of the very soft label: what a perfect model would say.
      logits: softScore(score).map((p) => Math.log(Math.max(p, 1e-12)) + 7),
    }));
    for (const { value } of stsB.metrics(soft)) expect(value).toBeCloseTo(100, 6);
    const numbers = scores.map((score, i) => ({ ...record(i, score, 0), logits: [score / 2 + 1] }));
    for (const { value } of stsBRegression.metrics(numbers)) expect(value).toBeCloseTo(100, 6);
    const worst = numbers.map((one) => ({ ...one, logits: [-one.logits[0]!] }));
    for (const { value } of stsBRegression.metrics(worst)) expect(value).toBeCloseTo(-100, 6);
  });
});

test('RACE counts questions, and each level by itself where it is there', () => {
  const of = (group: string, right: boolean, i: number) => ({ ...record(i, 2, right ? 2 : 0), group });
  const answered = [of('middle', true, 0), of('high', false, 1), of('high', true, 2), of('high', false, 3)];
  expect(race.metrics(answered).map(({ id, value }) => [id, Number(value.toFixed(2))])).toEqual([
    ['accuracy', 50],
    ['accuracy_middle', 100],
    ['accuracy_high', 33.33],
  ]);
  expect(race.metrics(answered.slice(1)).map(({ id }) => id)).toEqual(['accuracy', 'accuracy_high']);
  // The published figures: 1,436 and 3,498 test questions.
  const paper = [
    ...Array.from({ length: 1436 }, (_, i) => of('middle', i < 0.629 * 1436, i)),
    ...Array.from({ length: 3498 }, (_, i) => of('high', i < 0.574 * 3498, i)),
  ];
  expect(race.metrics(paper)[0]!.value).toBeCloseTo(59.0, 1);
});

test('further splits have ids of their own', () => {
  const further = sameMetrics('test', mrpc.dev, mrpc.metrics).metrics(records);
  expect(further.map(({ id, label }) => [id, label])).toEqual([
    ['f1_test', 'F1, test'],
    ['accuracy_test', 'accuracy, test'],
  ]);
  const all = [...mnli.metrics(records), ...mnli.further!.flatMap(({ metrics }) => metrics(records))];
  expect(all.map(({ id }) => id)).toEqual(['accuracy_matched', 'accuracy_mismatched']);
});
