import { expect, test } from 'vitest';
import {
  addDims,
  broadcastShapes,
  matmulShape,
  multiplyDims,
  normalizeAxis,
  reshapeShape,
} from './shapes.js';

test.each([
  [[2, 3], 6],
  [[], 1],
  [['B', 'T'], 'B*T'],
  [['B', 4, 'T', 3], '12*B*T'],
  [['2*B', 3], '6*B'],
  [[2, '(A+B)'], '2*(A+B)'],
  // What is inside the parentheses is none of the factors.
  [['(2*A+B)', 3], '3*(2*A+B)'],
])('the product of %j is %j', (dims, product) => {
  expect(multiplyDims(dims)).toBe(product);
});

test.each([
  [[2, 3], 5],
  [['A'], 'A'],
  [['A', 3, 'B'], '(A+3+B)'],
])('the sum of %j is %j', (dims, sum) => {
  expect(addDims(dims)).toBe(sum);
});

test.each([
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3], [2, 3]],
  [
    [3, 1],
    [1, 4],
    [3, 4],
  ],
  [['B', 'T', 8], [8], ['B', 'T', 8]],
  [
    ['B', 1, 'T'],
    ['T', 1],
    ['B', 'T', 'T'],
  ],
  [[], [5], [5]],
])('%j and %j broadcast to %j', (a, b, result) => {
  expect(broadcastShapes('Add', a, b)).toEqual(result);
  expect(broadcastShapes('Add', b, a)).toEqual(result);
});

test.each([
  [[2], [3]],
  [['B'], ['T']],
  // A name may turn out to be any size, so it does not match a number.
  [['B'], [3]],
])('%j and %j do not broadcast', (a, b) => {
  expect(() => broadcastShapes('Add', a, b)).toThrow(
    /Add at graph: \[\w\] and \[\w\]: sizes \w and \w do not/,
  );
});

test('a matrix product broadcasts the leading axes only', () => {
  expect(matmulShape(['B', 'H', 'T', 64], [64, 8])).toEqual(['B', 'H', 'T', 8]);
  expect(() => matmulShape([2, 3], [4, 5])).toThrow(
    'MatMul at graph: [2, 3] and [4, 5]: inner sizes 3 and 4 differ',
  );
  expect(() => matmulShape([3], [3, 5])).toThrow(/two axes or more/);
});

test.each([
  [
    ['B', 'T', 12],
    ['B', 'T', 3, 4],
  ],
  [
    ['B', 'T', 12],
    ['B*T', 12],
  ],
  [
    ['2*B', 3],
    [6, 'B'],
  ],
])('%j can become %j', (from, to) => {
  expect(reshapeShape(from, to)).toEqual(to);
});

test('a reshape that would lose elements is an error', () => {
  expect(() => reshapeShape(['B', 6], ['B', 5])).toThrow(
    'Reshape at graph: [B, 6] and [B, 5]: the number of elements',
  );
  expect(() => reshapeShape(['B', 6], ['T', 6])).toThrow(/number of elements/);
});

test('axes count from the front or the back', () => {
  expect([0, 2, -1, -3].map((axis) => normalizeAxis('Softmax', [1, 2, 3], axis))).toEqual([0, 2, 2, 0]);
  for (const axis of [3, -4, 0.5 - 4]) {
    expect(() => normalizeAxis('Softmax', [1, 2, 3], axis)).toThrow(/axis -?[\d.]+ does not exist/);
  }
});
