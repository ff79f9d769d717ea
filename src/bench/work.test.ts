import { expect, test } from 'vitest';
import { findRegisteredModel, type ModelConfig } from '../models/config.js';
import { multiplyAdds } from './work.js';

const tiny: ModelConfig = {
  architecture: 'gpt2',
  nLayer: 2,
  nHead: 1,
  nEmbd: 2,
  nCtx: 8,
  vocabSize: 5,
  layerNormEpsilon: 1e-5,
};

// By hand, T = 3, C = 2, V = 5. A block: 12 · 2² = 48 per token.
// Attention: positions see 1 + 2 + 3 = 6 keys, 2 multiply-adds each for the score and as many for the mix: 24 per block.
test('a sequence that is asked about everywhere needs every block, the causal half and every logit', () => {
  expect(multiplyAdds(tiny, 3)).toEqual({ blocks: 2 * 3 * 48, attention: 2 * 24, head: 3 * 10, total: 366 });
});

// The last block: c_attn (3 · 4 = 12) for 3 tokens, the rest (9 · 4 = 36) for one.
test('positions that nobody asks about need neither head nor the end of the last block', () => {
  expect(multiplyAdds(tiny, 3, 1)).toEqual({
    blocks: 3 * 48 + 3 * 12 + 36,
    attention: 48,
    head: 10,
    total: 274,
  });
});

test('hidden states need no head', () => {
  expect(multiplyAdds(tiny, 3, 3, false)).toEqual({ blocks: 288, attention: 48, head: 0, total: 336 });
});

// 12 · 12 · 768² = 84,934,656 in the blocks and 50,257 · 768 = 38,597,376 in the head: one for each weight of a matrix.
test('a single token of GPT-2 small needs one multiply-add for each weight of its matrices, and itself as key', () => {
  const { config } = findRegisteredModel('gpt2')!;
  expect(multiplyAdds(config, 1).total).toBe(84_934_656 + 38_597_376 + 12 * 2 * 768);
});

// By hand, T = 3, C = 2, H = 4, V = 5: gates 4 · 4 · (2 + 4) = 96 per token, projection 4 · 2 = 8 and logits 10 per asked position.
test('an LSTM needs its gates for every token, and its projection where it is asked', () => {
  const lstm: ModelConfig = { ...tiny, architecture: 'lstm', nLayer: 1, nHead: 0, units: 4 };
  expect(multiplyAdds(lstm, 3, 1)).toEqual({ blocks: 3 * 96 + 8, attention: 0, head: 10, total: 306 });
  expect(multiplyAdds({ ...lstm, units: 2 }, 3, 1).blocks).toBe(3 * 32);
});
