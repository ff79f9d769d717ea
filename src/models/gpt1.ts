/**
 * GPT-1 as a graph. GPT-1 paper §3.1 and §4.1; openai/finetune-transformer-lm train.py:model, block.
 * Letters: B batch, T time, C channels, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { ArchitectureDescriptor } from './architecture.js';
import type { Forward } from './forward.js';
import { readActivation, writeGptConfig } from './gpt-config.js';
import { type GptEmbeddings, gptMultiplyAdds, gptShapes, shownGptSizes } from './gpt-parameters.js';
import { attentionWeights, embed, layerNorm, linear, mlp } from './layers.js';

/**
 * Post-layer-norm: each norm follows the residual sum, and nothing follows the last block.
 *
 *     n = ln_1(x + attention(x));  x = ln_2(n + mlp(n))
 */
const hidden: Forward = ({ ids, positions, weights, config, attention, pickRows, dropout = (x) => x }) => {
  let x = embed(ids, positions, weights, ...embeddings); // [B, T, C]
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

const embeddings: GptEmbeddings = ['tokens_embed.weight', 'positions_embed.weight'];

/** GPT-1: post-layer-norm blocks, no final norm. */
export const gpt1: ArchitectureDescriptor = {
  name: 'gpt1',
  label: 'GPT-1',
  modelType: 'openai-gpt',
  vocabulary: 'gpt1',
  embeddings,
  attends: true,
  canBeUntied: true,
  shapes: (config) => gptShapes(config, embeddings),
  hidden,
  shownSizes: (matrix, names) => shownGptSizes(embeddings, matrix, names),
  lacks: { activations: ['gelu'] },
  networkKeys: ['afn', 'tie_word_embeddings'],
  // What its class of transformers calls gelu is the tanh form.
  readNetwork: (json, file) =>
    readActivation(json, 'afn', { gelu: undefined, relu: 'relu', silu: 'silu', swish: 'silu' }, file),
  writeConfig: (config) =>
    writeGptConfig(config, {
      modelType: 'openai-gpt',
      className: 'OpenAIGPTLMHeadModel',
      activation: { afn: config.activation ?? 'gelu' },
    }),
  about: {
    source: 'GPT-1 paper §4.1; openai/finetune-transformer-lm train.py',
    network: 'Transformer decoder, causal self-attention',
    layerNorm: 'after each sub-layer and its residual (post-norm); none after the last block',
  },
  multiplyAdds: gptMultiplyAdds,
};
