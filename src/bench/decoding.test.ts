import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { countParameters } from '../models/parameters.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { benchmarkDecoding } from './decoding.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('one text and sixteen are written, each as often as asked, beside reading memory', async () => {
  const result = await benchmarkDecoding(await openCheckpoint(folder), {
    device: 'cpu',
    threads: 1,
    repeat: 2,
  });
  expect(result).toMatchObject({ device: 'cpu', promptTokens: 64 });
  expect(result.weightBytes).toBe(4 * (countParameters(tinyConfig) - tinyConfig.nCtx * tinyConfig.nEmbd));
  expect(result.memory.timing.runs).toBe(4);
  expect(result.memory.gigabytesPerSecond * result.memory.timing.medianMs).toBeCloseTo(268.435456, 6);
  expect(result.cases.map(({ rows }) => rows)).toEqual([1, 16]);
  for (const { rows, step, tokensPerSecond, fractionOfBandwidth } of result.cases) {
    // Eight steps in each of two turns.
    expect(step.runs).toBe(16);
    expect(step.minMs).toBeGreaterThan(0);
    expect(tokensPerSecond).toBeCloseTo((rows * 1000) / step.medianMs, 6);
    expect(fractionOfBandwidth).toBeGreaterThan(0);
  }
});

test('it stops between two tokens', async () => {
  const controller = new AbortController();
  const failed = benchmarkDecoding(await openCheckpoint(folder), {
    device: 'cpu',
    threads: 1,
    repeat: 2,
    signal: controller.signal,
    onProgress: (what) => what.startsWith('16 texts') && controller.abort(new Error('stopped')),
  });
  await expect(failed).rejects.toThrow('stopped');
});
