import * as ops from '../graph/ops.js';
import { constant, operation, ShapeError, type Value } from '../graph/value.js';

/** Weights of one causal self-attention: c_attn [C, 3C] gives q | k | v, heads contiguous. */
export interface AttentionWeights {
  weight: Value;
  bias: Value;
  /** q | k | v of x [B, T, C] → [B, T, 3C] where the weight is kept in few bits; absent where it is x · weight + bias. */
  project?: (x: Value) => Value;
  nHead: number;
  /** What scores are multiplied with; by default 1/√D, D the width of a head. */
  scale?: number;
}

/**
 * Causal multi-head self-attention up to but without the output projection: x [B, T, C] → [B, T, C].
 * A model calls whichever lowering it is given; both compute the same (design: one operation, two lowerings).
 */
export type Attention = (x: Value, weights: AttentionWeights) => Value;

/** q | k | v, x [B, T, C] → [B, T, 3C]. */
export function projectHeads(x: Value, { weight, bias, project }: AttentionWeights): Value {
  return project?.(x) ?? ops.add(ops.matmul(x, weight), bias);
}

function checkShapes(x: Value, { weight, bias, nHead }: AttentionWeights): number {
  const C = x.shape[2];
  const fits = typeof C === 'number' && C % nHead === 0 && weight.shape[0] === C && weight.shape[1] === 3 * C;
  if (x.shape.length !== 3 || !fits || bias.shape[0] !== 3 * C) {
    throw new ShapeError(
      'Attention',
      [x.shape, weight.shape, bias.shape],
      `needs [B, T, C], [C, 3C], [3C], ${nHead} heads`,
    );
  }
  return C;
}

/**
 * ONNX Runtime's fused operation: the fastest on a CPU (docs/architecture.md has the comparison).
 * onnxruntime docs/ContribOperators.md, com.microsoft.Attention.
 */
export const fusedAttention: Attention = (x, weights) => fuse(x, weights, [], 1);

/**
 * The same operation where something else than the order of the columns says what is seen: `bias` [B, 1, T, T] is added to
 * the scores of all heads, and causality is up to it as well.
 */
export function fusedAttentionWithBias(bias: Value): Attention {
  // Between them: a mask and past keys and values, which are not used.
  return (x, weights) => fuse(x, weights, [undefined, undefined, bias], 0);
}

function fuse(
  x: Value,
  weights: AttentionWeights,
  further: readonly (Value | undefined)[],
  unidirectional: 0 | 1,
): Value {
  const C = checkShapes(x, weights);
  const attributes = {
    ...{ num_heads: weights.nHead, unidirectional },
    ...(weights.scale !== undefined && { scale: { float: weights.scale } }),
  };
  const output = [{ dtype: x.dtype, shape: x.shape }];
  if (weights.project !== undefined) {
    const qkv = weights.project(x);
    const parts = [0, 1, 2].map((part) => ops.slice(qkv, 2, part * C, (part + 1) * C));
    // Between them: a bias and a padding mask.
    const inputs = [...parts, ...(further.length === 0 ? [] : [undefined, undefined, further.at(-1)])];
    return operation('MultiHeadAttention', inputs, output, attributes, 'com.microsoft')[0]!;
  }
  return operation(
    'Attention',
    [x, weights.weight, weights.bias, ...further],
    output,
    attributes,
    'com.microsoft',
  )[0]!;
}

/** Standard operations only: for exported models, for devices without the fused one, and for what must have gradients. */
export const plainAttention: Attention = (x, weights) => attend(x, weights, (probabilities) => probabilities);

/** `plainAttention` with something done to the probabilities [B, H, T, T] before they mix the values: dropout, in training. */
export function attentionWithDropout(drop: (probabilities: Value) => Value): Attention {
  return (x, weights) => attend(x, weights, drop);
}

function attend(x: Value, weights: AttentionWeights, drop: (probabilities: Value) => Value): Value {
  const C = checkShapes(x, weights);
  const [B, T] = x.shape as [number | string, number | string, number];
  const { nHead: H } = weights;
  const D = C / H;
  const scale = weights.scale ?? 1 / Math.sqrt(D);
  const qkv = projectHeads(x, weights);
  const head = (part: number, order: number[]) =>
    ops.transpose(ops.reshape(ops.slice(qkv, 2, part * C, (part + 1) * C), [B, T, H, D]), order);
  // Scaling q and adding a mask [T, T] touches far fewer numbers than doing so to the scores [B, H, T, T] one by one.
  const q = ops.mul(head(0, [0, 2, 1, 3]), constant.float32(scale)); // [B, H, T, D]
  const kT = head(1, [0, 2, 3, 1]); // [B, H, D, T]
  const v = head(2, [0, 2, 1, 3]);
  const positions = ops.positionsAlong(x, 1);
  const visible = ops.lessOrEqual(ops.unsqueeze(positions, 0), ops.unsqueeze(positions, 1)); // key ≤ query
  const mask = ops.where(visible, constant.float32(0), constant.float32(-1e9)); // [T, T]
  const scores = ops.add(ops.matmul(q, kT), mask); // [B, H, T, T]
  const mixed = ops.matmul(drop(ops.softmax(scores)), v); // [B, H, T, D]
  return ops.reshape(ops.transpose(mixed, [0, 2, 1, 3]), [B, T, C]);
}
