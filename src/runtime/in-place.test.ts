import { expect, test } from 'vitest';
import { encodeOnnx } from '../graph/onnx.js';
import * as ops from '../graph/ops.js';
import { joinPieces } from '../graph/protobuf.js';
import { input } from '../graph/value.js';
import { createInPlaceSession } from './in-place.js';
import { createSession, tensor } from './session.js';

const x = input('x', 'float32', ['N', 2]);
const graph = {
  inputs: [x],
  outputs: { sums: ops.reduceSum(x, 1), square: ops.mul(x, x), total: ops.reduceSum(ops.reduceSum(x, 1), 0) },
};
const model = joinPieces(encodeOnnx(graph));
const create = (bytes: Uint8Array) => createSession({ model: bytes, provider: 'cpu', threads: 1 });

test('the installed ONNX Runtime fills given arrays without copying them', async () => {
  const session = await createInPlaceSession(model, create);
  expect(session.isWithoutCopies).toBe(true);
  await session.release();
});

test.each([true, false])('results go into the given arrays, without copies: %s', async (tryWithoutCopies) => {
  const session = await createInPlaceSession(model, create, tryWithoutCopies);
  expect(session.isWithoutCopies).toBe(tryWithoutCopies);
  const results = {
    sums: { data: new Float32Array(3), dims: [3] },
    square: { data: new Float32Array(6), dims: [3, 2] },
    total: { data: new Float32Array(1), dims: [] },
  };
  for (const start of [1, 10]) {
    const numbers = Float32Array.from({ length: 6 }, (_, i) => start + i);
    await session.run({ x: tensor.float32(numbers, [3, 2]) }, new Map(Object.entries(results)));
    expect(results.sums.data).toEqual(Float32Array.of(2 * start + 1, 2 * start + 5, 2 * start + 9));
    expect(results.square.data).toEqual(numbers.map((value) => value * value));
    expect(results.total.data[0]).toBe(6 * start + 15);
  }
  await session.release();
});

test('an error of the graph itself is not mistaken for the expected one', async () => {
  const session = await createInPlaceSession(model, create);
  const results = new Map([['sums', { data: new Float32Array(3), dims: [3] }]]);
  await expect(session.run({ x: tensor.float32(new Float32Array(3), [3, 1]) }, results)).rejects.toThrow(
    /invalid dimensions|Got: 1 Expected: 2/,
  );
  await session.release();
});
