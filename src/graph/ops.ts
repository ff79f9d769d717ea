/**
 * The operations that GPT-1 and GPT-2 are made of. Each checks its operands and knows the shape of its result, so that
 * a mistake in a model is found here, with names and shapes, and not by the runtime. Semantics: ONNX opset 23.
 */
import {
  addDims,
  broadcastShapes,
  matmulShape,
  multiplyDims,
  normalizeAxis,
  reshapeShape,
} from './shapes.js';
import { constant, type Dim, type Dtype, onnxTypes, operation, ShapeError, type Value } from './value.js';

function sameType(name: string, a: Value, b: Value): Dtype {
  if (a.dtype !== b.dtype) {
    throw new ShapeError(name, [a.shape, b.shape], `element types ${a.dtype} and ${b.dtype} differ`);
  }
  return a.dtype;
}

function elementwise(name: string): (a: Value, b: Value) => Value {
  return (a, b) =>
    operation(
      name,
      [a, b],
      [{ dtype: sameType(name, a, b), shape: broadcastShapes(name, a.shape, b.shape) }],
    )[0]!;
}

/** a + b, with broadcasting. */
export const add = elementwise('Add');
/** a − b, with broadcasting. */
export const sub = elementwise('Sub');
/** a · b elementwise, with broadcasting. */
export const mul = elementwise('Mul');
/** a / b elementwise, with broadcasting. */
export const div = elementwise('Div');

/** √x elementwise. */
export function sqrt(x: Value): Value {
  return operation('Sqrt', [x], [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** Matrix product over the last two axes; leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  return operation(
    'MatMul',
    [a, b],
    [{ dtype: sameType('MatMul', a, b), shape: matmulShape(a.shape, b.shape) }],
  )[0]!;
}

/** a · bᵀ for matrices a [M, K] and b [N, K] → [M, N]: the layout of a tied output projection. */
export function matmulTransposed(a: Value, b: Value): Value {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[1]) {
    throw new ShapeError('Gemm', [a.shape, b.shape], 'needs [M, K] and [N, K]');
  }
  const shape = [a.shape[0]!, b.shape[0]!];
  return operation('Gemm', [a, b], [{ dtype: sameType('Gemm', a, b), shape }], { transB: 1 })[0]!;
}

/** Axes in another order: result axis i is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  const axes = new Set(order.map((axis) => normalizeAxis('Transpose', x.shape, axis)));
  if (order.length !== x.shape.length || axes.size !== order.length) {
    throw new ShapeError('Transpose', [x.shape], `order ${order} is not a permutation of its axes`);
  }
  const perm = [...axes];
  const shape = perm.map((axis) => x.shape[axis]!);
  return operation('Transpose', [x], [{ dtype: x.dtype, shape }], { perm })[0]!;
}

/**
 * The same elements in another shape. Symbolic sizes are allowed where they stand in the same place as in x (they are
 * copied) and for one more axis (it is computed by the runtime).
 */
export function reshape(x: Value, shape: readonly Dim[]): Value {
  const checked = reshapeShape(x.shape, shape);
  // ONNX Reshape: 0 copies the size at that axis, −1 (once) is whatever is left.
  const sizes = checked.map((dim, axis) => (typeof dim === 'number' ? dim : x.shape[axis] === dim ? 0 : -1));
  if (sizes.filter((size) => size === -1).length > 1) {
    throw new ShapeError('Reshape', [x.shape, shape], 'more than one size cannot be told from x');
  }
  return operation('Reshape', [x, constant.int64(sizes)], [{ dtype: x.dtype, shape: checked }])[0]!;
}

/** Rows of `table` (its axis 0) picked by integer `indices`: shape indices ⧺ table without its first axis. */
export function gather(table: Value, indices: Value): Value {
  if (table.shape.length === 0 || !indices.dtype.startsWith('int')) {
    throw new ShapeError('Gather', [table.shape, indices.shape], `cannot index with ${indices.dtype}`);
  }
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return operation('Gather', [table, indices], [{ dtype: table.dtype, shape }], { axis: 0 })[0]!;
}

/** For each row i of x [N, V] the element x[i, indices[i]] → [N, 1]; indices is int64 [N, 1]. */
export function gatherElements(x: Value, indices: Value): Value {
  if (x.shape.length !== 2 || indices.shape.length !== 2 || x.shape[0] !== indices.shape[0]) {
    throw new ShapeError('GatherElements', [x.shape, indices.shape], 'needs [N, V] and [N, K]');
  }
  return operation('GatherElements', [x, indices], [{ dtype: x.dtype, shape: indices.shape }], {
    axis: 1,
  })[0]!;
}

/** Elements from `start` up to but not including `end` along one axis. Both count from the front. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const at = normalizeAxis('Slice', x.shape, axis);
  const size = x.shape[at]!;
  if (start < 0 || end <= start || (typeof size === 'number' && end > size)) {
    throw new ShapeError('Slice', [x.shape], `no elements ${start} to ${end} on axis ${axis}`);
  }
  const shape = x.shape.with(at, end - start);
  const bounds = [[start], [end], [at]].map(constant.int64);
  return operation('Slice', [x, ...bounds], [{ dtype: x.dtype, shape }])[0]!;
}

/** Tensors side by side along one axis; all other sizes must agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new ShapeError('Concat', [], 'nothing to join');
  const at = normalizeAxis('Concat', first.shape, axis);
  for (const { shape, dtype } of values) {
    const fits =
      shape.length === first.shape.length && shape.every((dim, i) => i === at || dim === first.shape[i]);
    if (!fits || dtype !== first.dtype) {
      throw new ShapeError('Concat', [first.shape, shape], `differ beside axis ${axis}`);
    }
  }
  const total = addDims(values.map(({ shape }) => shape[at]!));
  return operation('Concat', values, [{ dtype: first.dtype, shape: first.shape.with(at, total) }], {
    axis: at,
  })[0]!;
}

/** (x − mean) / √(variance + ε) over the last axis, times gain, plus bias; biased variance. */
export function layerNormalization(x: Value, gain: Value, bias: Value, epsilon: number): Value {
  const size = x.shape.at(-1);
  for (const vector of [gain, bias]) {
    if (vector.shape.length !== 1 || vector.shape[0] !== size) {
      throw new ShapeError(
        'LayerNormalization',
        [x.shape, vector.shape],
        `gain and bias must have ${size} values`,
      );
    }
  }
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  return operation(
    'LayerNormalization',
    [x, gain, bias],
    [{ dtype: x.dtype, shape: x.shape }],
    attributes,
  )[0]!;
}

/** GELU in the tanh form that both releases use: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
export function gelu(x: Value): Value {
  return operation('Gelu', [x], [{ dtype: x.dtype, shape: x.shape }], { approximate: 'tanh' })[0]!;
}

/** GELU itself: x·Φ(x), Φ the distribution function of the normal distribution. */
export function exactGelu(x: Value): Value {
  return operation('Gelu', [x], [{ dtype: x.dtype, shape: x.shape }], { approximate: 'none' })[0]!;
}

/** max(0, x). */
export function relu(x: Value): Value {
  return operation('Relu', [x], [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** exp(x) / Σ exp(x) over one axis. */
export function softmax(x: Value, axis = -1): Value {
  normalizeAxis('Softmax', x.shape, axis);
  return operation('Softmax', [x], [{ dtype: x.dtype, shape: x.shape }], { axis })[0]!;
}

/** log softmax over one axis. */
export function logSoftmax(x: Value, axis = -1): Value {
  normalizeAxis('LogSoftmax', x.shape, axis);
  return operation('LogSoftmax', [x], [{ dtype: x.dtype, shape: x.shape }], { axis })[0]!;
}

function reduction(name: string): (x: Value, axis: number, keepDims?: boolean) => Value {
  return (x, axis, keepDims = false) => {
    const at = normalizeAxis(name, x.shape, axis);
    const shape = keepDims ? x.shape.with(at, 1) : x.shape.toSpliced(at, 1);
    const attributes = { keepdims: keepDims ? 1 : 0 };
    return operation(name, [x, constant.int64([at])], [{ dtype: x.dtype, shape }], attributes)[0]!;
  };
}

/** Sum over one axis. */
export const reduceSum = reduction('ReduceSum');
/** Largest element over one axis. */
export const reduceMax = reduction('ReduceMax');
/** log Σ exp over one axis, without overflow. Slow over a whole vocabulary: use it on few elements. */
export const reduceLogSumExp = reduction('ReduceLogSumExp');

/** Index (int64) of the largest element over one axis; the first one on a tie. The axis stays with size 1. */
export function argMax(x: Value, axis: number): Value {
  const at = normalizeAxis('ArgMax', x.shape, axis);
  const shape = x.shape.with(at, 1);
  return operation('ArgMax', [x], [{ dtype: 'int64', shape }], { axis: at, keepdims: 1 })[0]!;
}

/** The same numbers in another type. Returns x itself where it already has that type. */
export function cast(x: Value, dtype: Dtype): Value {
  if (x.dtype === dtype) return x;
  return operation('Cast', [x], [{ dtype, shape: x.shape }], { to: onnxTypes[dtype] })[0]!;
}

/** Elements of a where the bool condition holds, of b elsewhere; all three broadcast. */
export function where(condition: Value, a: Value, b: Value): Value {
  const dtype = sameType('Where', a, b);
  const shape = broadcastShapes('Where', condition.shape, broadcastShapes('Where', a.shape, b.shape));
  return operation('Where', [condition, a, b], [{ dtype, shape }])[0]!;
}

/** Where a ≤ b, as bool, with broadcasting. */
export function lessOrEqual(a: Value, b: Value): Value {
  sameType('LessOrEqual', a, b);
  const shape = broadcastShapes('LessOrEqual', a.shape, b.shape);
  return operation('LessOrEqual', [a, b], [{ dtype: 'bool', shape }])[0]!;
}

/** 0, 1, … n−1 as int64, where n is the size of one axis of x, known when the graph runs. */
export function positionsAlong(x: Value, axis: number): Value {
  const at = normalizeAxis('Shape', x.shape, axis);
  const size = operation('Shape', [x], [{ dtype: 'int64', shape: [1] }], { start: at, end: at + 1 })[0]!;
  const count = operation('Squeeze', [size], [{ dtype: 'int64', shape: [] }])[0]!;
  const range = [constant.int64(0), count, constant.int64(1)];
  return operation('Range', range, [{ dtype: 'int64', shape: [x.shape[at]!] }])[0]!;
}

/** The rows of x seen as one long list: [B, T, C] → [B*T, C]. */
export function flattenRows(x: Value): Value {
  return reshape(x, [multiplyDims(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/** x with one more axis of size 1. */
export function unsqueeze(x: Value, axis: number): Value {
  const at = normalizeAxis('Unsqueeze', [...x.shape, 1], axis);
  const shape = x.shape.toSpliced(at, 0, 1);
  return operation('Unsqueeze', [x, constant.int64([axis])], [{ dtype: x.dtype, shape }])[0]!;
}
