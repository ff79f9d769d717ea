/**
 * GPT-1 as a graph. GPT-1 paper §3.1 and §4.1; openai/finetune-transformer-lm train.py:model, block.
 * Letters: B batch, T time, C channels, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { Forward } from './forward.js';
import { attentionWeights, embed, layerNorm, linear, mlp } from './layers.js';

/**
 * Post-layer-norm: each norm follows the residual sum, and nothing follows the last block.
 *
 *     n = ln_1(x + attention(x));  x = ln_2(n + mlp(n))
 */
export const gpt1Hidden: Forward = ({
  ids,
  positions,
  weights,
  config,
  attention,
  pickRows,
  dropout = (x) => x,
}) => {
  let x = embed(ids, positions, weights, 'tokens_embed.weight', 'positions_embed.weight'); // [B, T, C]
  for (let layer = 0; layer < config.nLayer; layer++) {
    const h = `h.${layer}`;
    const isLast = layer === config.nLayer - 1;
    x = place(h, () => {
      // After the last attention no row looks at another one any more: from there on only the wanted rows go on.
      const rows = (value: Value) => (isLast ? pickRows(value) : value); // [B, T, C] or [S, C]
      const heads = attention(x, attentionWeights(weights, config, layer));
      const a = dropout(linear(rows(heads), weights, `${h}.attn.c_proj`));
      const n = layerNorm(ops.add(rows(x), a), weights, `${h}.ln_1`, config);
      return layerNorm(
        ops.add(n, dropout(mlp(n, weights, `${h}.mlp`, config))),
        weights,
        `${h}.ln_2`,
        config,
      );
    });
  }
  return x;
};
