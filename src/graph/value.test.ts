import { expect, test } from 'vitest';
import { add, layerNormalization, matmul, reshape } from './ops.js';
import { constant, currentPlace, input, parameter, place, ShapeError } from './value.js';

test('an error about shapes names the operation, both shapes and the place in the model', () => {
  const x = input('x', 'float32', ['B', 'T', 8]);
  const w = parameter('w', 'float32', [6, 2], new Uint8Array(48));
  const build = () => place('h.3', () => place('mlp', () => matmul(x, w)));
  expect(build).toThrow(ShapeError);
  expect(build).toThrow('MatMul at h.3/mlp: [B, T, 8] and [6, 2]: inner sizes 8 and 6 differ');
});

test('the place is left again after an error', () => {
  expect(() =>
    place('h.0', () => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(currentPlace()).toBe('graph');
});

test('element types do not mix', () => {
  const x = input('x', 'float32', [2]);
  expect(() => add(x, constant.int64([1, 2]))).toThrow(
    'Add at graph: [2] and [2]: element types float32 and int64',
  );
});

test('a parameter has as many bytes as its shape says, in memory or in a file', () => {
  expect(() => parameter('wte.weight', 'float32', [2, 3], new Uint8Array(20))).toThrow(
    'parameter at graph: [2, 3]: wte.weight of type float32 needs 24 bytes, got 20',
  );
  const slice = { file: 'model.safetensors', offset: 8, lengthBytes: 24 };
  expect(() => parameter('wte.weight', 'float16', [2, 3], slice)).toThrow(/float16 needs 12 bytes, got 24/);
  expect(parameter('wte.weight', 'float32', [2, 3], slice).shape).toEqual([2, 3]);
});

test('layer norm wants one gain and one bias for each channel', () => {
  const x = input('x', 'float32', ['B', 'T', 8]);
  const [gain, bias] = [constant.float32(new Array(8).fill(1)), constant.float32(new Array(7).fill(0))];
  expect(() => layerNormalization(x, gain, bias, 1e-5)).toThrow(
    'LayerNormalization at graph: [B, T, 8] and [7]: gain and bias must have 8 values',
  );
});

test('a reshape with two sizes that only the runtime could tell is an error', () => {
  const x = input('x', 'float32', ['B', 'T', 8]);
  expect(() => reshape(x, ['T', 'B', 8])).toThrow(/more than one size cannot be told/);
});
