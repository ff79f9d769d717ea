/**
 * The recurrent language model that the GPT-1 paper compares the Transformer with: "a single layer 2048 unit LSTM using the same
 * framework" (§5, Table 5). Letters: B batch, T time, C channels of the embedding, H units, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { lstm as recur } from '../graph/recurrence.js';
import { place } from '../graph/value.js';
import type { ArchitectureDescriptor } from './architecture.js';
import type { ModelConfig } from './config.js';
import type { Forward } from './forward.js';
import { linear } from './layers.js';

const EMBEDDING = 'embedding.weight';

/** H of an LSTM. Throws Error (a bug) on another model. */
export function lstmUnits({ architecture, units }: ModelConfig): number {
  if (units === undefined) throw new Error(`a configuration of ${architecture} has no units`);
  return units;
}

/**
 * Embedding, one layer, and, where it is of another width than the embedding, a linear layer back to that width: what comes out
 * meets the tied output projection and the classifier just as the states of a GPT do.
 *
 * State flows from left to right and starts from zeros, so padding on the right is never seen. There are no positions.
 */
const hidden: Forward = ({ ids, weights, config, pickRows, dropout = (x) => x }) => {
  // ONNX's LSTM wants time in front; turning the ids round costs nothing beside turning their vectors.
  const x = ops.gather(weights.get(EMBEDDING), ops.transpose(ids, [1, 0])); // [T, B, C]
  const h = place('lstm', () => {
    const [input, recurrent, bias] = ['weight_ih', 'weight_hh', 'bias'].map((name) =>
      weights.get(`lstm.${name}`),
    );
    return recur(x, { input: input!, recurrent: recurrent!, bias: bias! }); // [T, B, H]
  });
  const rows = dropout(pickRows(ops.transpose(h, [1, 0, 2]))); // [B, T, H] or [S, H]
  return lstmUnits(config) === config.nEmbd ? rows : place('proj', () => linear(rows, weights, 'proj'));
};

/** The LSTM of GPT-1's Table 5: one recurrent layer in place of the blocks. */
export const lstm: ArchitectureDescriptor = {
  name: 'lstm',
  label: 'LSTM',
  modelType: 'lstm',
  embeddings: [EMBEDDING],
  attends: false,
  canBeUntied: false,
  /**
   * Gates are rows in the order of ONNX: input, output, forget, cell. One bias stands for the two that other programs add up. The
   * projection back to the width of the embedding is there where the two differ.
   */
  shapes(config) {
    const { nEmbd: C, vocabSize: V } = config;
    const H = lstmUnits(config);
    const shapes = new Map([
      [EMBEDDING, [V, C]],
      ['lstm.weight_ih', [4 * H, C]],
      ['lstm.weight_hh', [4 * H, H]],
      ['lstm.bias', [4 * H]],
    ]);
    return H === C ? shapes : shapes.set('proj.weight', [H, C]).set('proj.bias', [C]);
  },
  hidden,
  shownSizes(matrix) {
    const [vocabSize, nEmbd] = matrix(EMBEDDING, '[vocabulary, channels]');
    const [, units] = matrix('lstm.weight_hh', '[4 · units, units]');
    return { vocabSize, nEmbd, units, nLayer: 1 };
  },
  networkKeys: [],
  readNetwork: () => ({}),
  writeConfig: (config) => ({
    model_type: 'lstm',
    vocab_size: config.vocabSize,
    vocabulary: config.vocabulary ?? 'gpt2',
    n_positions: config.nCtx,
    n_embd: config.nEmbd,
    n_units: lstmUnits(config),
    n_layer: config.nLayer,
  }),
  // The papers say nothing about it: its matrices have the variance of a uniform draw from ±1/√H, and forget gates start open, from a
  // bias of 1 (Jozefowicz et al. 2015).
  initial(name, config) {
    const H = lstmUnits(config);
    if (name === 'lstm.bias') return { values: new Float32Array(4 * H).fill(1, 2 * H, 3 * H) };
    return name.startsWith('lstm.') ? { std: 1 / Math.sqrt(3 * H) } : undefined;
  },
  about: { network: 'LSTM', layerNorm: 'none' },
  multiplyAdds(config, T, asked) {
    const [H, C] = [lstmUnits(config), config.nEmbd];
    return { blocks: 4 * H * (C + H) * T + (H === C ? 0 : H * C * asked), attention: 0 };
  },
};
