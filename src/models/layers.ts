import { sigmoid, tanh } from '../graph/gradient-ops.js';
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { AttentionWeights } from './attention.js';
import { timesBlockMatrix } from './block-matrix.js';
import { type Activation, attentionScale, type ModelConfig } from './config.js';
import type { Weights } from './weights.js';

/** x·W + b for the linear layer of that name; W is stored input-major, [in, out] (Conv1D). */
export function linear(x: Value, weights: Weights, name: string): Value {
  const bias = weights.get(`${name}.bias`);
  const blocks = weights.blocks?.(`${name}.weight`);
  return blocks === undefined
    ? ops.add(ops.matmul(x, weights.get(`${name}.weight`)), bias)
    : timesBlockMatrix(x, blocks, bias);
}

/** What the attention of a layer, from 0, is made from. */
export function attentionWeights(weights: Weights, config: ModelConfig, layer: number): AttentionWeights {
  const name = `h.${layer}.attn.c_attn`;
  return {
    weight: weights.get(`${name}.weight`),
    bias: weights.get(`${name}.bias`),
    ...(weights.blocks?.(`${name}.weight`) && { project: (x: Value) => linear(x, weights, name) }),
    nHead: config.nHead,
    scale: attentionScale(config, layer),
  };
}

/** Layer norm with the gain and bias of that name. */
export function layerNorm(x: Value, weights: Weights, name: string, config: ModelConfig): Value {
  const [gain, bias] = [weights.get(`${name}.weight`), weights.get(`${name}.bias`)];
  return ops.layerNormalization(x, gain, bias, config.layerNormEpsilon);
}

/** The feed-forward half of a block: C → 4C (or `nInner`) → C. */
export function mlp(x: Value, weights: Weights, name: string, { activation }: ModelConfig): Value {
  const activate = activation === undefined ? ops.gelu : functions[activation];
  return place('mlp', () => linear(activate(linear(x, weights, `${name}.c_fc`)), weights, `${name}.c_proj`));
}

const functions: Record<Activation, (x: Value) => Value> = {
  gelu: ops.exactGelu,
  relu: ops.relu,
  silu: (x) => ops.mul(x, sigmoid(x)),
  tanh,
};

/**
 * Token vector plus position vector. ids int64 [B, T], positions int64 [T] or [B, T] → [B, T, C].
 * `wte`, `wpe` are the names of the two tables in the checkpoint.
 */
export function embed(ids: Value, positions: Value, weights: Weights, wte: string, wpe: string): Value {
  return ops.add(lookup(weights, wte, ids), lookup(weights, wpe, positions));
}

/** Rows of a matrix of the checkpoint: ids [...] → [..., C]. */
export function lookup(weights: Weights, name: string, ids: Value): Value {
  return weights.lookup?.(name, ids) ?? ops.gather(weights.get(name), ids);
}
