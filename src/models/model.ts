import * as ops from '../graph/ops.js';
import type { Value } from '../graph/value.js';
import type { Attention } from './attention.js';
import type { Architecture, ModelConfig } from './config.js';
import { gpt1Hidden } from './gpt1.js';
import { gpt2Hidden } from './gpt2.js';
import { lstmHidden } from './lstm.js';
import type { Weights } from './weights.js';

/** What a forward pass is made from. */
export interface ForwardInputs {
  /** Token ids, int64 [B, T]. */
  ids: Value;
  /** Which position vector each column gets, int64 [T] or [B, T]; below nCtx. */
  positions: Value;
  weights: Weights;
  config: ModelConfig;
  attention: Attention;
  /** Keeps only the wanted rows of [B, T, C] → [S, C], or everything (`x => x`). */
  pickRows: (x: Value) => Value;
  /** Dropout on what each half of a block adds to the residual stream, or on what an LSTM gives; only training has one. */
  dropout?: (branch: Value) => Value;
}

/** A model: ids in, the last hidden state of the picked rows out, ready for the output projection. */
export type Forward = (inputs: ForwardInputs) => Value;

/** The forward pass of each architecture. */
export const forward: Record<Architecture, Forward> = {
  gpt1: gpt1Hidden,
  gpt2: gpt2Hidden,
  lstm: lstmHidden,
};

/** A `pickRows` for row numbers b·T + t, int64 [S]. */
export function pickRowsByIndex(rows: Value): (x: Value) => Value {
  return (x) => ops.gather(ops.flattenRows(x), rows);
}

/** The last hidden states of sequences that begin at position 0; all rows unless some are picked. */
export function hiddenStates(
  inputs: Omit<ForwardInputs, 'positions' | 'pickRows'> & Partial<ForwardInputs>,
): Value {
  const { ids, config } = inputs;
  return forward[config.architecture]({
    positions: ops.positionsAlong(ids, 1),
    pickRows: (x) => x,
    ...inputs,
  });
}
