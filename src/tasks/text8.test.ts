import { expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { text8 } from './enwik8-text8.js';
import type { RollingTask } from './task.js';

const task = text8.create(
  Object.fromEntries(text8.options.map(({ name, default: value }) => [name, value])),
) as RollingTask<string>;
const noHub = () => Promise.reject(new Error('no hub in this test'));

test('the sample is one text of small letters and spaces', async () => {
  const { rows } = await loadDataset(task.dataset, { data: 'sample', fetch: noHub });
  expect(task.texts(rows).map(({ text }) => text)).toEqual([expect.stringMatching(/^[a-z ]{2000,}$/)]);
});

test('bits per character come first and are those per byte', () => {
  const [{ units }] = task.texts(['one ', 'two ']) as [ReturnType<typeof task.texts>[number]];
  const base = { index: 0, input: '0000000000000000', contextTokens: 1, truncatedTokens: 0, text: 0 };
  const metrics = task.metrics([{ ...base, scoredTokens: 2, nats: 8.8, units }]);
  expect(metrics.map(({ id }) => id)).toEqual([
    'bits_per_character',
    'bits_per_byte',
    'perplexity_per_token',
  ]);
  // 8.8 / (8 ln 2)
  expect(metrics[0]!.value).toBeCloseTo(1.58696454, 7);
  expect(metrics[1]!.value).toBe(metrics[0]!.value);
});
