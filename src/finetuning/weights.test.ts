import { expect, test } from 'vitest';
import type { ModelConfig } from '../models/config.js';
import { enlarge, type WeightNumbers } from './weights.js';

const config: ModelConfig = {
  ...{ architecture: 'gpt2', nLayer: 1, nHead: 1, nEmbd: 4, nCtx: 2, vocabSize: 2 },
  layerNormEpsilon: 1e-5,
};
const weights: WeightNumbers = new Map([
  ['wte.weight', new Float32Array(8).fill(1)],
  ['lm_head.weight', new Float32Array(8).fill(2)],
]);
const added = (name: string, model: ModelConfig) => [...enlarge(weights, model, 7).get(name)!.subarray(8)];

test('an embedding and an output projection of its own get different new rows, a tied one the same as ever', () => {
  const untied = { ...config, untiedHead: true as const };
  expect(added('wte.weight', untied)).toEqual(added('wte.weight', config));
  expect(added('wte.weight', untied)).toHaveLength(12);
  expect(added('lm_head.weight', untied)).toHaveLength(12);
  expect(added('lm_head.weight', untied)).not.toEqual(added('wte.weight', untied));
  expect(added('lm_head.weight', config)).toEqual([]);
});
