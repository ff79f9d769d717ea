import * as ops from '../graph/ops.js';
import { place } from '../graph/value.js';
import type { ArchitectureDescriptor } from '../models/architecture.js';
import { attentionWeights, embed, layerNorm, linear } from '../models/layers.js';

const embeddings = ['toy_tokens.weight', 'toy_positions.weight'] as const;

/** An architecture that nobody has published: blocks of attention alone, under a single norm. What another one needs is this file and its line. */
export const toy: ArchitectureDescriptor = {
  name: 'toy',
  label: 'Toy',
  modelType: 'toy',
  vocabulary: 'gpt2',
  embeddings,
  attends: true,
  canBeUntied: false,
  shapes({ nLayer, nEmbd: C, nCtx: T, vocabSize: V }) {
    const shapes = new Map<string, number[]>([
      [embeddings[0], [V, C]],
      [embeddings[1], [T, C]],
    ]);
    for (let layer = 0; layer < nLayer; layer++) {
      const h = `h.${layer}.attn`;
      shapes.set(`${h}.c_attn.weight`, [C, 3 * C]).set(`${h}.c_attn.bias`, [3 * C]);
      shapes.set(`${h}.c_proj.weight`, [C, C]).set(`${h}.c_proj.bias`, [C]);
    }
    return shapes.set('ln_f.weight', [C]).set('ln_f.bias', [C]);
  },
  hidden({ ids, positions, weights, config, attention, pickRows, dropout = (x) => x }) {
    let x = embed(ids, positions, weights, ...embeddings);
    for (let layer = 0; layer < config.nLayer; layer++) {
      x = place(`h.${layer}`, () => {
        const heads = attention(x, attentionWeights(weights, config, layer));
        return ops.add(x, dropout(linear(heads, weights, `h.${layer}.attn.c_proj`)));
      });
    }
    return layerNorm(pickRows(x), weights, 'ln_f', config);
  },
  shownSizes(matrix, names) {
    const [vocabSize, nEmbd] = matrix(embeddings[0], '[vocabulary, channels]');
    const [nCtx] = matrix(embeddings[1], '[positions, channels]');
    const layers = [...names].map((name) => Number(/^h\.(\d+)\./.exec(name)?.[1] ?? -1));
    return { vocabSize, nEmbd, nCtx, nLayer: Math.max(...layers) + 1 };
  },
  networkKeys: [],
  readNetwork: () => ({}),
  writeConfig: ({ nLayer, nHead, nEmbd, nCtx, vocabSize }) => ({
    ...{ model_type: 'toy', n_layer: nLayer, n_head: nHead, n_embd: nEmbd, n_positions: nCtx },
    vocab_size: vocabSize,
  }),
  about: { network: 'attention and nothing else', layerNorm: 'one at the end' },
  multiplyAdds: ({ nLayer: L, nEmbd: C }, T, asked) => ({
    blocks: L * (3 * C * C * T + C * C * asked),
    attention: L * C * T * (T + 1),
  }),
};
