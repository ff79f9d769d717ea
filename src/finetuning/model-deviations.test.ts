import { expect, test } from 'vitest';
import { findRegisteredModel, type ModelConfig } from '../models/config.js';
import { modelDeviations } from './model-deviations.js';

const gpt1 = findRegisteredModel('gpt1')!.config;
const lstm: ModelConfig = { ...gpt1, architecture: 'lstm', nLayer: 1, nHead: 0, units: 2048 };

test('the very size of GPT-1 is no deviation, with or without its special tokens', () => {
  expect(modelDeviations(gpt1)).toEqual([]);
  expect(modelDeviations({ ...gpt1, vocabSize: gpt1.vocabSize + 3 })).toEqual([]);
});

test.each<[string, ModelConfig, string]>([
  [
    'another size of GPT-1',
    { ...gpt1, nLayer: 1, nHead: 4, nEmbd: 64 },
    "The model is a smaller or larger GPT-1: 1 layer of 64 channels with 4 heads, 512 positions; the paper's has 12 layers of 768 channels with 12 heads, 512 positions.",
  ],
  [
    'GPT-2',
    findRegisteredModel('gpt2')!.config,
    'The model has the architecture of GPT-2 (12 layers of 768 channels with 12 heads, 1,024 positions); the paper fine-tunes GPT-1.',
  ],
  [
    'an LSTM of the size of the paper’s',
    lstm,
    "The LSTM has the 2,048 units of the paper's; how wide its embedding is and how it was pre-trained is not printed. Here it is 768 channels.",
  ],
  [
    'another LSTM',
    { ...lstm, units: 48, nEmbd: 32 },
    "The LSTM has 48 units and 32 channels; the paper's has 2,048 units, and how wide its embedding is and how it was pre-trained is not printed.",
  ],
])('%s is named with its size', (_, config, sentence) => {
  expect(modelDeviations(config)).toEqual([sentence]);
});
