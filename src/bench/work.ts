import { describe } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';

/** Multiply-adds of one pass over one sequence, by where they are needed. A multiply-add is two FLOP. */
export interface MultiplyAdds {
  /** Linear layers of the blocks, or the recurrent layer and its projection. */
  blocks: number;
  /** q·kᵀ and the mix of values, between a token and those before it and itself. */
  attention: number;
  /** Output projection onto the vocabulary. */
  head: number;
  total: number;
}

/**
 * The multiply-adds that a sequence of T tokens needs when the model is asked about `asked` of its positions, with or
 * without the head. Only what cannot be left out is counted, so a speed that is computed from it is never flattered:
 *
 * - attention looks back only: the causal half, T(T+1)/2 pairs of positions, though fused operations compute all T²;
 * - after the attention of the last block only the asked positions go on (models/gpt2.ts);
 * - layer norm, GELU, softmax and embedding are not counted: less than a hundredth of the whole.
 */
export function multiplyAdds(
  config: ModelConfig,
  T: number,
  asked: number = T,
  withHead = true,
): MultiplyAdds {
  const { nEmbd: C, vocabSize: V } = config;
  const { blocks, attention } = describe(config).multiplyAdds(config, T, asked);
  const head = withHead ? V * C * asked : 0;
  return { blocks, attention, head, total: blocks + attention + head };
}
