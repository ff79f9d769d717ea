import { expect, test } from 'vitest';
import { publishedValue, readExperiment } from '../reports/experiment.js';
import type { ClassifiedRecord } from './finetune-task.js';
import { rte } from './rte.js';

function record(index: number, label: number, predicted: number): ClassifiedRecord {
  return { index, input: '', label, predicted, logits: predicted === 0 ? [1, 0] : [0, 1] };
}

test('accuracy is the share of right labels', () => {
  const records = [record(0, 0, 0), record(1, 1, 0), record(2, 1, 1), record(3, 1, 1), record(4, 1, 0)];
  const [accuracy, ...others] = rte.metrics(records);
  expect(accuracy).toMatchObject({ id: 'accuracy', value: 60, n: 5, unit: 'percent' });
  expect(accuracy!.standardError).toBeCloseTo(100 * Math.sqrt((0.6 * 0.4) / 5), 10);
  expect(others).toEqual([]);
});

test('the paper’s 56.0 is found for GPT-1 and for no other model', async () => {
  const table = await readExperiment(rte.paper.table);
  expect(publishedValue(table, { task: rte, model: { name: 'gpt1' } }, 'accuracy')?.value).toBe(56);
  expect(publishedValue(table, { task: rte, model: { name: 'gpt2' } }, 'accuracy')).toBeUndefined();
});

test('premise and hypothesis are the segments, in that order', () => {
  expect(rte.segments({ premise: 'a', hypothesis: 'b', label: 1 })).toEqual(['a', 'b']);
});
