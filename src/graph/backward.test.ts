import { expect, test } from 'vitest';
import { fusedAttention } from '../models/attention.js';
import { runGraph } from '../testing/run-graph.js';
import { gradients } from './backward.js';
import { sumOver } from './gradient-ops.js';
import * as ops from './ops.js';
import { sortOperations } from './sort.js';
import { constant, input, place } from './value.js';

const x = input('x', 'float32', [2, 4]);
const total = (value: typeof x) =>
  sumOver(
    value,
    value.shape.map((_, axis) => axis),
  );

test('an operation without a rule fails with its name and place', () => {
  const largest = place('h.0/attn', () => ops.reduceMax(x, 1));
  expect(() => gradients(total(largest), [x])).toThrow(
    new TypeError('ReduceMax at h.0/attn has no gradient rule'),
  );
});

test('the fused attention says what to use instead', () => {
  const state = input('state', 'float32', ['B', 'T', 4]);
  const [weight, bias] = [input('w', 'float32', [4, 12]), input('b', 'float32', [12])];
  const mixed = fusedAttention(state, { weight, bias, nHead: 2 });
  expect(() => gradients(total(mixed), [weight])).toThrow(
    /com\.microsoft\.Attention .* no gradient rule: build what is trained with plainAttention/,
  );
});

test('an operation without a rule is no obstacle beside the path', async () => {
  const ids = input('ids', 'float32', [2, 4]);
  const loss = total(ops.mul(ops.reduceMax(ids, 1), ops.reduceSum(x, 1)));
  const [gradient] = gradients(loss, [x]);
  const outputs = { gradient: gradient! };
  const feeds = {
    x: { dims: [2, 4], data: Array(8).fill(1) },
    ids: { dims: [2, 4], data: [1, 2, 3, 4, 8, 7, 6, 5] },
  };
  const result = await runGraph({ inputs: [x, ids], outputs }, feeds);
  expect(result.gradient!.data).toEqual([4, 4, 4, 4, 8, 8, 8, 8]);
});

test('nothing is computed for tensors that nobody asked for', () => {
  const [a, b] = [input('a', 'float32', [8, 4]), input('b', 'float32', [4, 4])];
  const loss = total(ops.matmul(ops.matmul(a, b), b));
  const products = (...wanted: Parameters<typeof gradients>[1]) =>
    sortOperations(gradients(loss, wanted)).filter(({ type }) => type === 'MatMul').length;
  // g·bᵀ twice for a; for b also a·b, and aᵀ·g twice. The loss itself is not among the outputs.
  expect(products(a)).toBe(2);
  expect(products(a, b)).toBe(5);
});

test('a loss must be one number and must depend on what is asked for', () => {
  expect(() => gradients(x, [x])).toThrow('a loss is one number, not [2, 4]');
  const other = input('other', 'float32', [3]);
  expect(() => gradients(total(ops.mul(x, constant.float32(2))), [other])).toThrow(
    'the loss does not depend on other [3]',
  );
});

test('lookups in a table and its use as a matrix become one scatter', () => {
  const table = input('table', 'float32', [6, 4]);
  const [one, two] = [input('one', 'int64', ['B', 'T']), input('two', 'int64', ['S'])];
  const h = ops.add(ops.flattenRows(ops.gather(table, one)), ops.reduceSum(ops.gather(table, two), 0, true));
  const [gradient] = gradients(total(ops.matmulTransposed(h, table)), [table]);
  const types = sortOperations([gradient!]).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('Scatter'))).toEqual(['ScatterElements']);
});
