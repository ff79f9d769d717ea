import type { Value } from '../graph/value.js';
import type { Attention } from './attention.js';
import type { ModelConfig } from './config.js';
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
