import { expect, test } from 'vitest';
import type { Metric, Result } from '../results/result.js';
import { exampleResult } from '../testing/example-result.js';
import { checkpointOf, curveOverUpdates } from './curve-over-updates.js';

test.each([
  ['local/my-model/checkpoints/100@1a2b3c4d', { run: 'local/my-model', updates: 100 }],
  ['owner/model/checkpoints/2000', { run: 'owner/model', updates: 2000 }],
  ['local/my-model@1a2b3c4d', undefined],
  ['local/100@1a2b3c4d', undefined],
  ['gpt2', undefined],
])('%s', (name, checkpoint) => {
  expect(checkpointOf(name)).toEqual(checkpoint);
});

function result(model: string, task: string, value: number, finishedAt = '2020-01-01T00:00:00Z'): Result {
  const metric: Metric = {
    ...{ id: 'normalised', label: '', value, standardError: 0.1, n: 10 },
    ...{ unit: 'share', higherIsBetter: true },
  };
  return exampleResult({
    ...{ model: { name: model }, task: { name: task }, time: { finishedAt } },
    metrics: [{ ...metric, id: 'accuracy', value: 50 }, metric],
  });
}

test('a curve for each run and task, in the order of the updates; the newest result of a model counts', () => {
  const curves = curveOverUpdates([
    result('local/a/checkpoints/1000@22', 'sst2-zero', 0.3),
    result('local/a/checkpoints/200@11', 'sst2-zero', 0.9),
    result('local/a/checkpoints/200@11', 'sst2-zero', 0.1, '2020-01-02T00:00:00Z'),
    result('local/b/checkpoints/200@33', 'sst2-zero', 0.2),
    result('local/a/checkpoints/200@11', 'race-zero', 0),
    result('gpt1', 'sst2-zero', 0.7),
  ]);
  const point = (updates: number, value: number) => ({ updates, value, standardError: 0.1 });
  expect(curves).toEqual([
    { run: 'local/a', task: 'sst2-zero', points: [point(200, 0.1), point(1000, 0.3)] },
    { run: 'local/b', task: 'sst2-zero', points: [point(200, 0.2)] },
    { run: 'local/a', task: 'race-zero', points: [point(200, 0)] },
  ]);
});

test('variants are curves of their own, and results without the metric are none', () => {
  const plain = result('local/a/checkpoints/5@1', 'dprd-zero', 0.5);
  const variant = { ...plain, task: { ...plain.task, variant: { split: 'train' } } };
  expect(curveOverUpdates([plain, variant]).map((curve) => curve.variant)).toEqual([
    undefined,
    { split: 'train' },
  ]);
  expect(curveOverUpdates([plain], 'accuracy')[0]!.points[0]!.value).toBe(50);
  expect(curveOverUpdates([plain], 'perplexity')).toEqual([]);
});
