/**
 * The derivative of every operation: one row per operation, written with the same operations, so that a gradient is a
 * graph like any other. Letters in the comments: y the result, g = ∂loss/∂y.
 */

import type { Contribution } from './contribution.js';
import { erf, exp, expandLike, neg, reshapeLike, sigmoid, standardize, sumOver } from './gradient-ops.js';
import * as ops from './ops.js';
import { lstmGradients } from './recurrence.js';
import { multiplyDims } from './shapes.js';
import { constant, type Dim, type Operation, type Value } from './value.js';

/** The gradient of a result, as far as it is known when its operation's turn comes. */
export interface ResultGradient {
  /** g in the shape of the result. */
  dense(): Value;
  /** g as single elements, where it is zero everywhere else; undefined where it is not. */
  elements(): { columns: Value; value: Value } | undefined;
}

/** From g to one contribution per operand: a Value is all of it, undefined means that there is none. */
export type GradientRule = (
  gradient: ResultGradient,
  operation: Operation,
) => readonly (Value | Contribution | readonly Contribution[] | undefined)[];

type DenseRule = (
  g: Value,
  operands: readonly Value[],
  y: Value,
  operation: Operation,
) => ReturnType<GradientRule>;

/** A rule that wants all of g. */
function dense(rule: DenseRule): GradientRule {
  return (gradient, operation) =>
    rule(gradient.dense(), operation.inputs as readonly Value[], operation.outputs[0]!, operation);
}

/**
 * Rules by ONNX name. Not here are operations whose results are whole numbers or truth values, and those that only the
 * scoring graphs use: `com.microsoft.Attention` has no gradient, `plainAttention` computes the same.
 */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  Add: dense((g, [a, b]) => [unbroadcast(g, a!), unbroadcast(g, b!)]),
  Sub: dense((g, [a, b]) => [unbroadcast(g, a!), unbroadcast(neg(g), b!)]),
  Mul: dense((g, [a, b]) => [unbroadcast(ops.mul(g, b!), a!), unbroadcast(ops.mul(g, a!), b!)]),
  // 1/b and −y/b
  Div: dense((g, [a, b], y) => {
    const share = ops.div(g, b!);
    return [unbroadcast(share, a!), unbroadcast(neg(ops.mul(share, y)), b!)];
  }),
  // 1/(2y)
  Sqrt: dense((g, _, y) => [ops.div(ops.mul(g, constant.float32(0.5)), y)]),
  Neg: dense((g) => [neg(g)]),
  Exp: dense((g, _, y) => [ops.mul(g, y)]),
  // y·(1 − y)
  Sigmoid: dense((g, _, y) => [ops.mul(g, ops.mul(y, oneMinus(y)))]),
  Gelu: dense((g, [x], _y, operation) => [
    ops.mul(g, isTanhForm(operation) ? geluSlope(x!) : exactGeluSlope(x!)),
  ]),
  // 1 − y²
  Tanh: dense((g, _, y) => [ops.mul(g, oneMinus(ops.mul(y, y)))]),
  Relu: dense((g, [x]) => [ops.where(ops.lessOrEqual(x!, constant.float32(0)), constant.float32(0), g)]),
  Where: dense((g, [condition, a, b]) => [
    undefined,
    unbroadcast(ops.where(condition!, g, constant.float32(0)), a!),
    unbroadcast(ops.where(condition!, constant.float32(0), g), b!),
  ]),

  // a·b: g·bᵀ and aᵀ·g. The transposes are operations of their own: ONNX Runtime's products of transposed operands are slower.
  MatMul: dense((g, [a, b]) => {
    if (b!.shape.length === 2)
      return [ops.matmul(g, swapLast(b!)), productOfTransposed(rows(computedAgain(a!)), rows(g))];
    return [unbroadcast(ops.matmul(g, swapLast(b!)), a!), unbroadcast(ops.matmul(swapLast(a!), g), b!)];
  }),
  // a·bᵀ with b the embedding: (aᵀ·g)ᵀ instead of gᵀ·a, since g (rows × vocabulary) is far larger than the result.
  Gemm: dense((g, [a, b]) => [ops.matmul(g, b!), swapLast(ops.matmul(swapLast(a!), g))]),

  Transpose: dense((g, _operands, _y, { attributes }) => {
    const order = attributes.perm as readonly number[];
    return [
      ops.transpose(
        g,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  }),
  Reshape: dense((g, [x]) => [reshapeLike(g, x!), undefined]),
  Unsqueeze: dense((g, [x]) => [reshapeLike(g, x!), undefined]),
  Slice: dense((g, [, start, end, axis]) => {
    const [from, to, at] = [start, end, axis].map((bound) => constantNumbers(bound!)[0]!);
    const contribution: Contribution = { kind: 'slice', axis: at!, start: from!, end: to!, value: g };
    return [contribution, undefined, undefined, undefined];
  }),
  Concat: dense((g, parts, _y, { attributes }) => {
    const axis = attributes.axis as number;
    let end = 0;
    return parts.map(({ shape }) => {
      const start = end;
      end += knownSize(shape[axis]!, 'Concat');
      return ops.slice(g, axis, start, end);
    });
  }),
  Gather: dense((g, [, indices]) => [{ kind: 'rows', indices: indices!, value: g }, undefined]),
  GatherElements: dense((g, [, columns]) => [{ kind: 'elements', columns: columns!, value: g }, undefined]),

  ReduceSum: dense((g, [x], _y, operation) => [expandLike(withReducedAxes(g, operation), x!), undefined]),
  // softmax(x)·g
  ReduceLogSumExp: dense((g, [x], y, operation) => {
    const share = exp(ops.sub(x!, withReducedAxes(y, operation)));
    return [ops.mul(share, withReducedAxes(g, operation)), undefined];
  }),

  // y·(g − Σ g·y)
  Softmax: dense((g, _, y, { attributes }) => {
    const weighted = ops.mul(g, y);
    return [ops.sub(weighted, ops.mul(y, ops.reduceSum(weighted, attributes.axis as number, true)))];
  }),
  // g − exp(y)·Σ g. Where g is a few elements, as of a cross-entropy, no tensor of zeros is ever made for it.
  LogSoftmax: (gradient, { outputs: [y], attributes }) => {
    const few = gradient.elements();
    const axis = attributes.axis as number;
    const total = ops.reduceSum(few?.value ?? gradient.dense(), axis, true);
    const share: Contribution = { kind: 'dense', value: ops.mul(exp(y!), neg(total)) };
    return [[share, few ? { kind: 'elements', ...few } : { kind: 'dense', value: gradient.dense() }]];
  },
  // With n = (x − mean)/σ and h = g·gain: (h − mean h − n·mean(h·n))/σ; Σ g·n; Σ g.
  LayerNormalization: dense((g, [x, gain, bias], _y, { attributes }) => {
    const { float: epsilon } = attributes.epsilon as { float: number };
    const { standardized: n, inverseDeviation } = standardize(x!, epsilon);
    const scale = constant.float32(1 / knownSize(x!.shape.at(-1)!, 'LayerNormalization'));
    const mean = (value: Value) => ops.mul(ops.reduceSum(value, -1, true), scale);
    const h = ops.mul(g, gain!);
    const centred = ops.sub(ops.sub(h, mean(h)), ops.mul(n, mean(ops.mul(h, n))));
    return [ops.mul(centred, inverseDeviation), unbroadcast(ops.mul(g, n), gain!), unbroadcast(g, bias!)];
  }),
  LSTM: dense((g, operands, y) => lstmGradients(g, operands, y)),
};

/**
 * The sum of g over every axis along which x was repeated: the gradient of a broadcast operand.
 */
function unbroadcast(g: Value, x: Value): Value {
  const added = g.shape.length - x.shape.length;
  const inFront = Array.from({ length: added }, (_, axis) => axis);
  const repeated = x.shape.flatMap((dim, axis) => (dim === 1 && g.shape[axis + added] !== 1 ? [axis] : []));
  return sumOver(sumOver(g, inFront), repeated, true);
}

/** In the tanh form, GELU is x·s with s = σ(w) and w = 2√(2/π)·(x + 0.044715·x³). */
function geluParts(x: Value): { w: Value; s: Value } {
  const squares = ops.mul(ops.mul(x, x), constant.float32(0.044715 * GELU_SCALE));
  const w = ops.mul(x, ops.add(squares, constant.float32(GELU_SCALE)));
  return { w, s: sigmoid(w) };
}

const GELU_SCALE = 2 * Math.sqrt(2 / Math.PI);

/** dGELU/dx: since x·w′ = 3w − 2·2√(2/π)·x, it is s + s·(1 − s)·x·w′ = s·(1 + (1 − s)·(3w − 4√(2/π)·x)). */
function geluSlope(x: Value): Value {
  const { w, s } = geluParts(x);
  const growth = ops.sub(ops.mul(w, constant.float32(3)), ops.mul(x, constant.float32(2 * GELU_SCALE)));
  return ops.mul(s, ops.add(ops.mul(oneMinus(s), growth), constant.float32(1)));
}

/**
 * A result that the gradient needs, made from what the gradient needs anyway instead of kept since the forward pass: GELU's
 * input and σ(w) are there for its slope, and its output is the largest tensor of a block.
 */
function computedAgain(value: Value): Value {
  const { origin } = value;
  if (origin.kind !== 'operation' || origin.operation.type !== 'Gelu') return value;
  if (!isTanhForm(origin.operation)) return value;
  const [x] = origin.operation.inputs;
  return ops.mul(x!, geluParts(x!).s);
}

const isTanhForm = ({ attributes }: Operation) => attributes.approximate === 'tanh';

/** d(x·Φ(x))/dx = Φ(x) + x·φ(x), φ the density of the normal distribution. */
function exactGeluSlope(x: Value): Value {
  const half = ops.mul(erf(ops.mul(x, constant.float32(Math.SQRT1_2))), constant.float32(0.5));
  const density = exp(ops.mul(ops.mul(x, x), constant.float32(-0.5)));
  const scaled = ops.mul(ops.mul(x, density), constant.float32(1 / Math.sqrt(2 * Math.PI)));
  return ops.add(ops.add(half, constant.float32(0.5)), scaled);
}

function oneMinus(x: Value): Value {
  return ops.sub(constant.float32(1), x);
}

/** The last two axes exchanged; twice is not at all. */
function swapLast(x: Value): Value {
  if (x.origin.kind === 'operation' && x.shape.length === 2 && x.origin.operation.type === 'Transpose') {
    return x.origin.operation.inputs[0]!;
  }
  const rank = x.shape.length;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return ops.transpose(x, order.with(rank - 2, rank - 1).with(rank - 1, rank - 2));
}

/**
 * aᵀ·g for a [N, K] and g [N, M]; as (gᵀ·a)ᵀ where a is much wider than g. Transposing costs more per element than a
 * product, above all where N is a power of two, so it should meet the narrow one.
 */
function productOfTransposed(a: Value, g: Value): Value {
  const [K, M] = [a.shape[1]!, g.shape[1]!];
  const isWide = typeof K === 'number' && typeof M === 'number' && K > 2 * M;
  return isWide ? swapLast(ops.matmul(swapLast(g), a)) : ops.matmul(swapLast(a), g);
}

/** All axes but the last as one. */
function rows(x: Value): Value {
  return x.shape.length === 2 ? x : ops.reshape(x, [multiplyDims(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/** A reduced value with its lost axes back, of size 1. */
function withReducedAxes(value: Value, { inputs: [x, axes], attributes }: Operation): Value {
  if (attributes.keepdims === 1) return value;
  const reduced = constantNumbers(axes!).toSorted((a, b) => a - b);
  if (reduced.length !== x!.shape.length - value.shape.length) throw new Error('axes that were not reduced');
  return reduced.reduce((restored, axis) => ops.unsqueeze(restored, axis), value);
}

function constantNumbers({ origin }: Value): number[] {
  if (origin.kind !== 'parameter' || !(origin.data instanceof Uint8Array)) throw new Error('not a constant');
  const { buffer, byteOffset, byteLength } = origin.data;
  return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
}

function knownSize(dim: Dim, operation: string): number {
  if (typeof dim !== 'number') throw new TypeError(`the gradient of ${operation} needs a size, not ${dim}`);
  return dim;
}
