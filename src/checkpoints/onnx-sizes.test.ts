import { describe, expect, it } from 'vitest';
import type { OnnxPast } from './onnx-interface.js';
import type { OnnxScan } from './onnx-scan.js';
import { aboutModel, sizesOf } from './onnx-sizes.js';

const bare: OnnxScan = {
  inputs: [],
  outputs: [{ name: 'logits', type: 'float32', shape: ['rows', 'tokens', 'vocabulary'] }],
  weightShapes: new Map([['onnx::MatMul_568', [16, 48]]]),
  weightCounts: new Map(),
  operations: new Set(),
  externalBytes: new Map(),
};
const told: OnnxScan = {
  ...bare,
  outputs: [{ name: 'logits', type: 'float32', shape: ['rows', 'tokens', 30] }],
  weightShapes: new Map([
    ['m.transformer.wte.weight', [30, 16]],
    ['m.transformer.wpe.weight_quantized', [12, 16]],
  ]),
};
const past = ['0.key', '0.value', '1.key', '1.value'].map(
  (key): OnnxPast => ({ ...{ name: key, key, type: 'float32', isStacked: false }, heads: 4, headWidth: 4 }),
);
const sizes = { model_type: 'gpt2', n_layer: 2, n_head: 4, n_embd: 16, n_positions: 12, vocab_size: 30 };
const read = (json: object, scan = bare, kept: OnnxPast[] = []) =>
  sizesOf(scan, kept, aboutModel(json, 'config.json'), 'm.onnx');

describe('sizesOf', () => {
  const config = {
    ...{ architecture: 'gpt2', nLayer: 2, nHead: 4, nEmbd: 16, nCtx: 12, vocabSize: 30 },
    layerNormEpsilon: 1e-5,
  };

  it('takes from the graph what it shows, and the rest from config.json under any of its names', () => {
    expect(read(sizes).config).toEqual(config);
    expect(read({}, told, past)).toMatchObject({ config, warnings: [] });
    const longNames = { num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 16 };
    expect(read({ ...longNames, max_position_embeddings: 12, vocab_size: 30 }).config).toEqual(config);
  });

  it('believes the graph, with a note, and passes over values that are none', () => {
    const { config: found, warnings } = read({ ...sizes, n_positions: 64, n_head: '4' }, told, past);
    expect(found).toEqual(config);
    expect(warnings).toEqual(['config.json says n_positions 64, but the graph has 12, which is used.']);
  });

  it('does not ask whether its own graphs could compute it', () => {
    const relu = {
      activation_function: 'relu',
      scale_attn_by_inverse_layer_idx: true,
      add_cross_attention: true,
    };
    expect(read({ ...sizes, ...relu }).config).toEqual(config);
    expect(read({ ...sizes, activation_function: 'gelu' }).warnings).toEqual([]);
  });

  it('counts another width of the feed-forward layer and an output projection of its own', () => {
    const usual = read(sizes).parameters;
    expect(read({ ...sizes, n_inner: 40 }).parameters).toBe(usual - 2 * 33 * 24);
    expect(read({ ...sizes, tie_word_embeddings: false }).parameters).toBe(usual + 30 * 16);
  });

  it('keeps the kind of vocabulary where it is not that of the architecture', () => {
    expect(read({ ...sizes, vocabulary: 'gpt1' }).config).toEqual({ ...config, vocabulary: 'gpt1' });
    expect(read({ ...sizes, vocabulary: 'gpt2' }).config).toEqual(config);
    const lstm = { ...sizes, model_type: 'lstm', n_units: 8, vocabulary: 'gpt1' };
    expect(read(lstm).config).toMatchObject({ architecture: 'lstm', units: 8, vocabulary: 'gpt1', nHead: 0 });
  });

  it('refuses another kind of model, and a size that stands nowhere', () => {
    expect(() => read({ ...sizes, model_type: 'bert' })).toThrow(/model_type: this is not a GPT-1.*"bert"/);
    expect(() => read({ ...sizes, n_head: undefined })).toThrow(
      /config.json: n_head: the value is missing, and the graph/,
    );
    expect(() => read({}, told)).toThrow(
      /m.onnx: n_layer: the graph does not show this size, and there is no/,
    );
  });
});
