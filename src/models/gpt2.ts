/**
 * GPT-2 as a graph. GPT-2 paper §2.3; openai/gpt-2 src/model.py:model, block.
 * Letters: B batch, T time, C channels, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { Forward } from './forward.js';
import { attentionWeights, embed, layerNorm, linear, mlp } from './layers.js';

/**
 * Pre-layer-norm: each norm stands before its half of the block, and one more follows the last block.
 *
 *     x = x + attention(ln_1(x));  x = x + mlp(ln_2(x));  at the end ln_f(x)
 */
export const gpt2Hidden: Forward = ({
  ids,
  positions,
  weights,
  config,
  attention,
  pickRows,
  dropout = (x) => x,
}) => {
  let x = embed(ids, positions, weights, 'wte.weight', 'wpe.weight'); // [B, T, C]
  for (let layer = 0; layer < config.nLayer; layer++) {
    const h = `h.${layer}`;
    const isLast = layer === config.nLayer - 1;
    x = place(h, () => {
      // After the last attention no row looks at another one any more: from there on only the wanted rows go on.
      const rows = (value: Value) => (isLast ? pickRows(value) : value); // [B, T, C] or [S, C]
      const heads = attention(
        layerNorm(x, weights, `${h}.ln_1`, config),
        attentionWeights(weights, config, layer),
      );
      const a = dropout(linear(rows(heads), weights, `${h}.attn.c_proj`));
      const y = ops.add(rows(x), a);
      return ops.add(
        y,
        dropout(mlp(layerNorm(y, weights, `${h}.ln_2`, config), weights, `${h}.mlp`, config)),
      );
    });
  }
  return place('ln_f', () => layerNorm(x, weights, 'ln_f', config));
};
