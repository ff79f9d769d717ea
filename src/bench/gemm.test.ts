import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { gemm, gemmShapes } from './gemm.js';

test('the work is counted by hand: 2 pairs, 2 products each, 4 × 3 × 12 multiply-adds', () => {
  expect(gemm({ rows: 4, width: 3, pairs: 2 }).flop).toBe(2 * 2 * 2 * 4 * 3 * 12);
});

test('every shape takes about 34 GFLOP', () => {
  for (const { rows, width, pairs } of gemmShapes) {
    expect(2 * pairs * 2 * rows * width * 4 * width).toBeCloseTo(34e9, -10);
  }
});

test('numbers stay in range over a long chain, so that no product is of infinities', async () => {
  const { model, feeds } = gemm({ rows: 8, width: 32, pairs: 16 });
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const { data, dims } = feeds.x!;
  const { sums } = await session.run({ x: new ort.Tensor('float32', data as Float32Array, dims) });
  const sizes = Array.from(sums!.data as Float32Array, Math.abs);
  expect(sizes).toHaveLength(8);
  expect(Math.max(...sizes)).toBeLessThan(1e3);
  expect(Math.max(...sizes)).toBeGreaterThan(1e-3);
  await session.release();
});
