import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { ModelConfig } from './config.js';
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

/** The feed-forward half of a block: C → 4C → C. */
export function mlp(x: Value, weights: Weights, name: string): Value {
  return place('mlp', () => linear(ops.gelu(linear(x, weights, `${name}.c_fc`)), weights, `${name}.c_proj`));
}

/**
 * Token vector plus position vector. ids int64 [B, T], positions int64 [T] or [B, T] → [B, T, C].
 * `wte`, `wpe` are the names of the two tables in the checkpoint.
 */
export function embed(ids: Value, positions: Value, weights: Weights, wte: string, wpe: string): Value {
  return ops.add(ops.gather(weights.get(wte), ids), ops.gather(weights.get(wpe), positions));
}
