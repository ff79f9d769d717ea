/**
 * Operations that gradients are made of, beside those of ops.ts: sums over several axes, sizes taken from another tensor,
 * and sums into a few rows or elements. Semantics: ONNX opset 23.
 */
import { reshape, unsqueeze } from './ops.js';
import { broadcastShapes, normalizeAxis, reshapeShape } from './shapes.js';
import { constant, operation, ShapeError, type Value } from './value.js';

/** Sum over several axes at once; none at all is x itself. */
export function sumOver(x: Value, axes: readonly number[], keepDims = false): Value {
  if (axes.length === 0) return x;
  const at = axes.map((axis) => normalizeAxis('ReduceSum', x.shape, axis));
  const kept = x.shape.map((dim, axis) => (at.includes(axis) ? 1 : dim));
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !at.includes(axis));
  const attributes = { keepdims: keepDims ? 1 : 0 };
  return operation('ReduceSum', [x, constant.int64(at)], [{ dtype: x.dtype, shape }], attributes)[0]!;
}

function unary(name: string): (x: Value) => Value {
  return (x) => operation(name, [x], [{ dtype: x.dtype, shape: x.shape }])[0]!;
}

/** −x. */
export const neg = unary('Neg');
/** e^x. */
export const exp = unary('Exp');
/** 1 / (1 + e^−x). */
export const sigmoid = unary('Sigmoid');
/** The error function. */
export const erf = unary('Erf');
/** tanh x. */
export const tanh = unary('Tanh');

/**
 * (x − mean) / √(variance + ε) over the last axis, and 1 / √(variance + ε) with that axis of size 1: the two things that
 * the gradient of a layer norm is made of.
 */
export function standardize(x: Value, epsilon: number): { standardized: Value; inverseDeviation: Value } {
  const size = x.shape.at(-1) as number;
  const gain = constant.float32(new Array<number>(size).fill(1));
  const perRow = { dtype: x.dtype, shape: x.shape.with(-1, 1) };
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const outputs = [{ dtype: x.dtype, shape: x.shape }, perRow, perRow];
  const [standardized, , inverseDeviation] = operation('LayerNormalization', [x, gain], outputs, attributes);
  return { standardized: standardized!, inverseDeviation: inverseDeviation! };
}

/** Sizes of x, int64 [rank]. Where all are numbers, x itself need not be computed, or kept in memory, for them. */
function sizesOf(x: Value): Value {
  if (x.shape.every((dim) => typeof dim === 'number')) return constant.int64(x.shape as readonly number[]);
  return operation('Shape', [x], [{ dtype: 'int64', shape: [x.shape.length] }])[0]!;
}

/** x repeated along its axes of size 1, and along new ones in front, until it has the shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  broadcastShapes('Expand', x.shape, like.shape);
  return operation('Expand', [x, sizesOf(like)], [{ dtype: x.dtype, shape: like.shape }])[0]!;
}

/** Zeros of the shape of x. */
export function zerosLike(x: Value): Value {
  return expandLike(constant.float32(0), x);
}

/** The elements of x in the shape of `like`, which may have any number of sizes that only the runtime knows. */
export function reshapeLike(x: Value, like: Value): Value {
  const shape = reshapeShape(x.shape, like.shape);
  const unknown = shape.filter((dim, axis) => typeof dim !== 'number' && x.shape[axis] !== dim);
  if (unknown.length <= 1) return reshape(x, shape);
  return operation('Reshape', [x, sizesOf(like)], [{ dtype: x.dtype, shape }])[0]!;
}

/**
 * x [N, …] with values [K, …] added to its rows; indices int64 [K], where a row may come more than once.
 *
 * As ScatterElements with an index for every element: ScatterND would need one for each row, but ONNX Runtime adds its rows in
 * several threads without a lock and loses additions where a row comes twice (its issue 23396; seen with 1.30).
 */
export function addRows(x: Value, indices: Value, values: Value): Value {
  const wanted = [indices.shape[0]!, ...x.shape.slice(1)];
  if (indices.shape.length !== 1 || String(wanted) !== String(values.shape)) {
    throw new ShapeError('addRows', [x.shape, indices.shape, values.shape], 'needs [N, …], [K] and [K, …]');
  }
  const perRow = wanted.slice(1).reduce((column, _) => unsqueeze(column, -1), indices);
  const attributes = { axis: 0, reduction: 'add' };
  const output = { dtype: x.dtype, shape: x.shape };
  return operation('ScatterElements', [x, expandLike(perRow, values), values], [output], attributes)[0]!;
}

/** x [N, V] with values [N, K] added at the columns int64 [N, K] of each row; a column may come more than once. */
export function addElements(x: Value, columns: Value, values: Value): Value {
  const fits = x.shape.length === 2 && x.shape[0] === columns.shape[0];
  if (!fits || String(columns.shape) !== String(values.shape)) {
    throw new ShapeError(
      'ScatterElements',
      [x.shape, columns.shape, values.shape],
      'needs [N, V], [N, K] twice',
    );
  }
  const output = { dtype: x.dtype, shape: x.shape };
  const attributes = { axis: 1, reduction: 'add' };
  return operation('ScatterElements', [x, columns, values], [output], attributes)[0]!;
}
