import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { exportOnnx } from '../export/onnx-export.js';
import { benchmark } from './benchmark.js';
import type { PeakOptions } from './peak.js';
import { multiplyAdds } from './work.js';

const config = {
  architecture: 'gpt1' as const,
  nLayer: 2,
  nHead: 2,
  nEmbd: 32,
  nCtx: 48,
  vocabSize: 100,
  layerNormEpsilon: 1e-5,
};
const options: PeakOptions = {
  device: 'cpu',
  threads: 1,
  repeat: 3,
  shapes: [
    { rows: 16, width: 16, pairs: 1 },
    { rows: 64, width: 64, pairs: 2 },
  ],
};

let folder: string;
let checkpoint: Checkpoint;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-bench-'));
  await writeRandomCheckpoint(path.join(folder, 'weights'), config, 1);
  checkpoint = await openCheckpoint(path.join(folder, 'weights'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every batch that the model has positions for is measured, with and without head', async () => {
  const seen: string[] = [];
  const result = await benchmark(checkpoint, { ...options, onProgress: (what) => seen.push(what) });
  expect(result.device).toBe('cpu');
  expect(result.cases.map(({ rows, columns, head }) => [rows, columns, head])).toEqual([
    [32, 32, 'all'],
    [1, 48, 'all'],
    [32, 32, 'none'],
    [1, 48, 'none'],
  ]);
  // 4 cases in turns with 3 runs of the products.
  expect(result.peak.timing.runs).toBe(12);
  for (const { rows, columns, head, timing, ...rates } of result.cases) {
    expect(timing.runs).toBe(3);
    expect(timing.minMs).toBeGreaterThan(0);
    expect(timing.medianMs).toBeGreaterThanOrEqual(timing.minMs);
    expect(timing.maxMs).toBeGreaterThanOrEqual(timing.medianMs);
    expect(rates.tokensPerSecond).toBeCloseTo((rows * columns * 1000) / timing.medianMs, 6);
    const flop = 2 * rows * multiplyAdds(config, columns, columns, head === 'all').total;
    expect(rates.gigaflopPerSecond * timing.medianMs * 1e6).toBeCloseTo(flop, 0);
    expect(rates.fractionOfPeak).toBeGreaterThan(0);
  }
  expect(result.peakRssBytes).toBeGreaterThan(30e6);
  expect(seen).toContain('32 × 32 without head  3/3');

  // 48 positions: a context of 39 leaves room for the nine tokens of an option that are read.
  const { packed, full, speedup, largestDifference, ...sizes } = result.sharedContext!;
  expect(sizes).toEqual({ contextTokens: 39, options: 10, optionTokens: 10 });
  for (const timing of [packed, full]) expect(timing.runs).toBe(3);
  expect(speedup).toBeCloseTo(full.medianMs / packed.medianMs, 12);
  expect(largestDifference).toBeLessThan(2e-5);
});

test('a ready-made export is measured with its head', async () => {
  const exported = path.join(folder, 'exported');
  await exportOnnx(checkpoint, exported);
  const { cases, sharedContext } = await benchmark(await openCheckpoint(exported), { ...options, repeat: 1 });
  expect(sharedContext).toBeUndefined();
  expect(cases.map(({ rows, columns, head }) => [rows, columns, head])).toEqual([
    [32, 32, 'all'],
    [1, 48, 'all'],
  ]);
});

test('it stops between two runs', async () => {
  const controller = new AbortController();
  const failed = benchmark(checkpoint, {
    ...options,
    signal: controller.signal,
    onProgress: (what) => what.startsWith('32 × 32') && controller.abort(new Error('stopped')),
  });
  await expect(failed).rejects.toThrow('stopped');
});
