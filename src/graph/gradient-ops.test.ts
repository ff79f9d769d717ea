import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { runGraph } from '../testing/run-graph.js';
import {
  addElements,
  addRows,
  expandLike,
  reshapeLike,
  standardize,
  sumOver,
  zerosLike,
} from './gradient-ops.js';
import { encodeOnnx } from './onnx.js';
import * as ops from './ops.js';
import { joinPieces } from './protobuf.js';
import { input, type Value } from './value.js';

const x = input('x', 'float32', ['B', 'T', 2]);
const feeds = { x: { dims: [2, 1, 2], data: [1, 2, 3, 5] } };
const run = async (y: Value) => (await runGraph({ inputs: [x], outputs: { y } }, feeds)).y!;

test('sums run over any axes, which stay or go', async () => {
  expect(await run(sumOver(x, [0, 1]))).toMatchObject({ dims: [2], data: [4, 7] });
  expect(await run(sumOver(x, [0, -1], true))).toMatchObject({ dims: [1, 1, 1], data: [11] });
  expect(sumOver(x, [])).toBe(x);
});

test('sizes are taken from another tensor when it runs', async () => {
  expect(await run(zerosLike(x))).toMatchObject({ dims: [2, 1, 2], data: [0, 0, 0, 0] });
  expect(await run(expandLike(sumOver(x, [0], true), x))).toMatchObject({
    dims: [2, 1, 2],
    data: [4, 7, 4, 7],
  });
  const rows = ops.reshape(ops.mul(x, x), ['B*T', 2]);
  expect(await run(reshapeLike(rows, x))).toMatchObject({ dims: [2, 1, 2], data: [1, 4, 9, 25] });
});

test('a standardized row has mean 0 and deviation 1', async () => {
  const { standardized, inverseDeviation } = standardize(x, 0);
  expect((await run(standardized)).data).toEqual([-1, 1, -1, 1]);
  expect(await run(inverseDeviation)).toMatchObject({ dims: [2, 1, 1], data: [2, 1] });
});

test('columns of a row may be added to more than once', async () => {
  const table = input('table', 'float32', [2, 3]);
  const columns = input('columns', 'int64', [2, 2]);
  const values = input('values', 'float32', [2, 2]);
  const result = await runGraph(
    { inputs: [table, columns, values], outputs: { y: addElements(table, columns, values) } },
    {
      table: { dims: [2, 3], data: [1, 1, 1, 2, 2, 2] },
      columns: { dims: [2, 2], data: [0, 2, 1, 1] },
      values: { dims: [2, 2], data: [10, 20, 30, 40] },
    },
  );
  expect(result.y!.data).toEqual([11, 1, 21, 2, 72, 2]);
});

test('no addition to a row is lost when several threads are there', async () => {
  const [rows, width, count] = [64, 512, 4096];
  const table = input('table', 'float32', [rows, width]);
  const indices = input('indices', 'int64', ['K']);
  const values = input('values', 'float32', ['K', width]);
  const model = { inputs: [table, indices, values], outputs: { y: addRows(table, indices, values) } };
  const session = await ort.InferenceSession.create(joinPieces(encodeOnnx(model)), { intraOpNumThreads: 4 });
  const picked = BigInt64Array.from({ length: count }, (_, k) =>
    k % 3 === 0 ? 7n : BigInt((k * 31) % rows),
  );
  const expected = new Float32Array(rows);
  for (const row of picked) expected[Number(row)]!++;
  for (let repeat = 0; repeat < 10; repeat++) {
    const { y } = await session.run({
      table: new ort.Tensor('float32', new Float32Array(rows * width), [rows, width]),
      indices: new ort.Tensor('int64', picked, [count]),
      values: new ort.Tensor('float32', new Float32Array(count * width).fill(1), [count, width]),
    });
    const wrong = (y!.data as Float32Array).filter((value, i) => value !== expected[Math.floor(i / width)]);
    expect(wrong).toHaveLength(0);
  }
  await session.release();
});
