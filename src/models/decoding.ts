/**
 * The graphs that write text: what comes after the last token of each row. One keeps keys and values of everything before
 * in buffers of the caller, so that only new tokens go through the model:
 *
 *     buffer of a row   k₀ k₁ k₂ k₃ │ k₄      │ ·  ·  ·  ·        M places
 *                       seen before │ written │ not yet used
 *
 * The other one reads the whole text each time: slow, but of standard operations only, which every device has.
 */
import * as ops from '../graph/ops.js';
import { input, operation, parameter, type Value } from '../graph/value.js';
import { describe } from './architectures.js';
import { type Attention, plainAttention, projectHeads } from './attention.js';
import type { ModelConfig } from './config.js';
import type { Graph } from './graphs.js';
import { logitsHead } from './heads.js';
import { pickRowsByIndex } from './model.js';
import type { Weights } from './weights.js';

/** Names of a layer's two buffers, keys and values, as inputs (before) and as outputs (with the new tokens). */
export function cacheNames(layer: number): { past: string; present: string }[] {
  return ['key', 'value'].map((kind) => ({
    past: `past_${kind}.${layer}`,
    present: `present_${kind}.${layer}`,
  }));
}

/**
 * The token after each row of a batch, with keys and values kept. Letters: B rows, T new tokens of each, M places of a
 * buffer, H heads, D head width (`cacheHeadWidth`), V vocabulary.
 *
 * | input       | type                 | meaning                                                      |
 * |-------------|----------------------|--------------------------------------------------------------|
 * | ids         | int64 [B, T]         | new tokens; the first time the prompts, padded on the right  |
 * | positions   | int64 [B, T]         | place of each of them in its row, below nCtx                 |
 * | rows        | int64 [B]            | b·T + t of the last new token of each row                    |
 * | last        | int32 [B]            | place of that token in its row                               |
 * | total       | int32 []             | places in use in the longest row; T the first time           |
 * | past_key.l, past_value.l | float32 [B, H, M, D] | buffers of layer l                              |
 *
 * Outputs: `logits` [B, V], `log_sum` [B, 1] (log Σ exp of them) and present_key.l, present_value.l [B, H, M, D]: the buffers
 * with the new tokens. Where they are given the very memory of the inputs, nothing else is touched. After the first time
 * T is 1, and each row may be of another length.
 */
export function decodingGraph(config: ModelConfig, weights: Weights): Graph {
  const [ids, positions, rows] = [
    input('ids', 'int64', ['B', 'T']),
    input('positions', 'int64', ['B', 'T']),
    input('rows', 'int64', ['S']),
  ];
  const [last, total] = [input('last', 'int32', ['B']), input('total', 'int32', [])];
  const cache = keepKeysAndValues(config, last, total);
  const { attention } = cache;
  const pickRows = pickRowsByIndex(rows);
  const hidden = describe(config).hidden({ ids, positions, weights, config, attention, pickRows });
  // A layer that looks back without attention would begin anew at each token, and write plausible nonsense.
  if (cache.inputs.length !== 2 * config.nLayer)
    throw new Error(`${config.architecture} does not keep keys and values in all layers`);
  return {
    inputs: [ids, positions, rows, last, total, ...cache.inputs],
    outputs: { ...nextTokenHead(hidden, weights, config), ...cache.outputs },
  };
}

/**
 * The token after each row of a batch, from the whole texts: ids int64 [B, T], padded on the right, and rows int64 [B] = b·T + t of
 * the last token of each → `logits` [B, V], `log_sum` [B, 1].
 */
export function nextTokenGraph(config: ModelConfig, weights: Weights): Graph {
  const [ids, rows] = [input('ids', 'int64', ['B', 'T']), input('rows', 'int64', ['S'])];
  const hidden = describe(config).hidden({
    ids,
    positions: ops.positionsAlong(ids, 1),
    weights,
    config,
    attention: plainAttention,
    pickRows: pickRowsByIndex(rows),
  });
  return { inputs: [ids, rows], outputs: nextTokenHead(hidden, weights, config) };
}

function nextTokenHead(hidden: Value, weights: Weights, config: ModelConfig): Record<string, Value> {
  const logits = logitsHead(hidden, weights, config); // [S, V]
  // logit − log p is the same number for every token; log-softmax is fast where ReduceLogSumExp is not.
  const logSum = ops.sub(ops.slice(logits, 1, 0, 1), ops.slice(ops.logSoftmax(logits), 1, 0, 1));
  return { logits, log_sum: logSum };
}

/**
 * The lowering of attention that keeps keys and values, with a pair of buffers for each layer that asks, in their order.
 * onnxruntime docs/ContribOperators.md, com.microsoft.GroupQueryAttention.
 */
function keepKeysAndValues({ nHead: H, nEmbd: C }: ModelConfig, last: Value, total: Value) {
  const D = C / H;
  const shape = ['B', H, 'M', cacheHeadWidth(D)];
  const inputs: Value[] = [];
  const outputs: Record<string, Value> = {};
  let layers = 0;
  const attention: Attention = (x, weights) => {
    const { scale = 1 / Math.sqrt(D) } = weights;
    const names = cacheNames(layers++);
    const past = names.map((name) => input(name.past, 'float32', shape));
    const padded = resizeHeads(projectHeads(x, weights), 3 * H, D, cacheHeadWidth(D));
    const [mixed, ...present] = operation(
      'GroupQueryAttention',
      [padded, undefined, undefined, ...past, last, total],
      [x.shape.with(2, H * cacheHeadWidth(D)), shape, shape].map((dims) => ({
        dtype: 'float32',
        shape: dims,
      })),
      { num_heads: H, kv_num_heads: H, scale: { float: scale } },
      'com.microsoft',
    );
    inputs.push(...past);
    names.forEach((name, i) => {
      outputs[name.present] = present[i]!;
    });
    return resizeHeads(mixed!, H, cacheHeadWidth(D), D);
  };
  return { attention, inputs, outputs };
}

/** Width of a head in the buffers: GroupQueryAttention takes multiples of 8 only, so narrower heads get zeros behind them. */
export function cacheHeadWidth(D: number): number {
  return 8 * Math.ceil(D / 8);
}

/** x [B, T, heads · from] with each head cut or filled up with zeros to another width: an exact product with a part of the identity. */
function resizeHeads(x: Value, heads: number, from: number, to: number): Value {
  if (from === to) return x;
  const [B, T] = x.shape as [string, string];
  const identity = new Float32Array(from * to);
  for (let i = 0; i < Math.min(from, to); i++) identity[i * to + i] = 1;
  const matrix = parameter('', 'float32', [from, to], new Uint8Array(identity.buffer));
  return ops.reshape(ops.matmul(ops.reshape(x, [B, T, heads, from]), matrix), [B, T, heads * to]);
}
