/**
 * GPT-2 as a graph. GPT-2 paper §2.3; openai/gpt-2 src/model.py:model, block.
 * Letters: B batch, T time, C channels, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { place, type Value } from '../graph/value.js';
import type { ArchitectureDescriptor } from './architecture.js';
import type { Forward } from './forward.js';
import { readActivation, writeGptConfig } from './gpt-config.js';
import { type GptEmbeddings, gptMultiplyAdds, gptShapes, shownGptSizes } from './gpt-parameters.js';
import { attentionWeights, embed, layerNorm, linear, mlp } from './layers.js';
import { readSwitch, wrongValue } from './stated-value.js';

/**
 * Pre-layer-norm: each norm stands before its half of the block, and one more follows the last block.
 *
 *     x = x + attention(ln_1(x));  x = x + mlp(ln_2(x));  at the end ln_f(x)
 */
const hidden: Forward = ({ ids, positions, weights, config, attention, pickRows, dropout = (x) => x }) => {
  let x = embed(ids, positions, weights, ...embeddings); // [B, T, C]
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

const embeddings: GptEmbeddings = ['wte.weight', 'wpe.weight'];

/** transformers' names of the tanh form of GELU. */
const tanhGelu = ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast'];

const activationNames = {
  ...Object.fromEntries(tanhGelu.map((name) => [name, undefined])),
  ...({ gelu: 'gelu', relu: 'relu', silu: 'silu', swish: 'silu', tanh: 'tanh' } as const),
};

/** GPT-2: pre-layer-norm blocks and a final norm. */
export const gpt2: ArchitectureDescriptor = {
  name: 'gpt2',
  label: 'GPT-2',
  modelType: 'gpt2',
  vocabulary: 'gpt2',
  embeddings,
  attends: true,
  canBeUntied: true,
  shapes: (config) => gptShapes(config, embeddings, ['ln_f.weight', 'ln_f.bias']),
  hidden,
  shownSizes: (matrix, names) => shownGptSizes(embeddings, matrix, names),
  networkKeys: [
    ...['activation_function', 'n_inner', 'scale_attn_weights', 'scale_attn_by_inverse_layer_idx'],
    ...['add_cross_attention', 'reorder_and_upcast_attn', 'tie_word_embeddings'],
  ],
  // `reorder_and_upcast_attn` is not looked at: it asks for attention in 32 bits, which is what is computed anyway.
  readNetwork(json, file) {
    const network = readActivation(json, 'activation_function', activationNames, file);
    const inner = json.n_inner;
    if (inner !== undefined && inner !== null) {
      if (!Number.isSafeInteger(inner) || (inner as number) < 1)
        throw wrongValue(file, 'n_inner', 'the size makes no sense.', 'a positive integer', inner);
      network.nInner = inner as number;
    }
    if (!readSwitch(json, 'scale_attn_weights', true, file)) network.scaleAttnWeights = false;
    if (readSwitch(json, 'scale_attn_by_inverse_layer_idx', false, file))
      network.scaleAttnByInverseLayerIdx = true;
    if (readSwitch(json, 'add_cross_attention', false, file)) {
      const problem = 'half of an encoder and decoder is no language model.';
      throw wrongValue(file, 'add_cross_attention', problem, false, true);
    }
    return network;
  },
  writeConfig: (config) =>
    writeGptConfig(config, {
      modelType: 'gpt2',
      className: 'GPT2LMHeadModel',
      activation: { activation_function: config.activation ?? 'gelu_new' },
    }),
  // Projections onto the residual stream are scaled by 1/√N for N residual layers, two in each block (GPT-2 paper §2.3); positions are
  // N(0, 0.01) in the released code (openai/gpt-2 src/model.py:model).
  initial(name, { nLayer }, std) {
    if (name === 'wpe.weight') return { std: std / 2 };
    return name.endsWith('.c_proj.weight') ? { std: std / Math.sqrt(2 * nLayer) } : undefined;
  },
  about: {
    source: 'GPT-2 paper §2.3, Table 2; openai/gpt-2 src/model.py',
    network: 'Transformer decoder, causal self-attention',
    layerNorm: 'before each sub-layer (pre-norm), and one after the last block',
  },
  multiplyAdds: gptMultiplyAdds,
};
