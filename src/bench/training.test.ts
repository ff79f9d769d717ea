import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { benchmarkTraining } from './training.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a small model is trained without and with dropout, each as often as asked, beside matrix products', async () => {
  const checkpoint = (await openCheckpoint(folder)) as WeightsCheckpoint;
  const shapes = [{ rows: 64, width: 64, pairs: 1 }];
  const result = await benchmarkTraining(checkpoint, { device: 'cpu', threads: 1, repeat: 2, shapes });
  expect(result.cases.map((entry) => entry.dropout)).toEqual([false, true]);
  expect(result).toMatchObject({ rows: 32, columns: 64 });
  expect(result.peak.timing.runs).toBe(4);
  for (const { passes, optimizer, fractionOfPeak, fractionWithOptimizer, tokensPerSecond } of result.cases) {
    expect(passes.runs).toBe(2);
    expect(optimizer.minMs).toBeGreaterThan(0);
    expect(fractionOfPeak).toBeGreaterThan(fractionWithOptimizer);
    const seconds = (passes.medianMs + optimizer.medianMs) / 1000;
    expect(tokensPerSecond).toBeCloseTo((32 * 64) / seconds, 6);
  }
});
