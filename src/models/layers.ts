import { sigmoid, tanh } from '../graph/gradient-ops.js';
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { Activation, ModelConfig } from './config.js';
import type { Weights } from './weights.js';

/** x·W + b for the linear layer of that name; W is stored input-major, [in, out] (Conv1D). */
export function linear(x: Value, weights: Weights, name: string): Value {
  return ops.add(ops.matmul(x, weights.get(`${name}.weight`)), weights.get(`${name}.bias`));
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
  return ops.add(ops.gather(weights.get(wte), ids), ops.gather(weights.get(wpe), positions));
}
