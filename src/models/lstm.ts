/**
 * The recurrent language model that the GPT-1 paper compares the Transformer with: "a single layer 2048 unit LSTM using the same
 * framework" (§5, Table 5). Letters: B batch, T time, C channels of the embedding, H units, S rows that are asked for.
 */
import * as ops from '../graph/ops.js';
import { lstm } from '../graph/recurrence.js';
import { place } from '../graph/value.js';
import { lstmUnits } from './config.js';
import type { Forward } from './forward.js';
import { linear } from './layers.js';

/**
 * Embedding, one layer, and, where it is of another width than the embedding, a linear layer back to that width: what comes out
 * meets the tied output projection and the classifier just as the states of a GPT do.
 *
 * State flows from left to right and starts from zeros, so padding on the right is never seen. There are no positions.
 */
export const lstmHidden: Forward = ({ ids, weights, config, pickRows, dropout = (x) => x }) => {
  // ONNX's LSTM wants time in front; turning the ids round costs nothing beside turning their vectors.
  const x = ops.gather(weights.get('embedding.weight'), ops.transpose(ids, [1, 0])); // [T, B, C]
  const h = place('lstm', () => {
    const [input, recurrent, bias] = ['weight_ih', 'weight_hh', 'bias'].map((name) =>
      weights.get(`lstm.${name}`),
    );
    return lstm(x, { input: input!, recurrent: recurrent!, bias: bias! }); // [T, B, H]
  });
  const rows = dropout(pickRows(ops.transpose(h, [1, 0, 2]))); // [B, T, H] or [S, H]
  return lstmUnits(config) === config.nEmbd ? rows : place('proj', () => linear(rows, weights, 'proj'));
};
