/** What the configurations of GPT-1 and GPT-2 have in common: how they are written, and how an activation is read. */
import type { JsonObject } from '../files/json-file.js';
import type { StatedNetwork } from './architecture.js';
import type { Activation, ModelConfig } from './config.js';
import { wrongValue } from './stated-value.js';

/** Reads an activation by the names that a class of transformers has; undefined stands for the tanh form of GELU. */
export function readActivation(
  json: JsonObject,
  key: string,
  known: Readonly<Record<string, Activation | undefined>>,
  file: string,
): StatedNetwork {
  const value = json[key];
  if (value === undefined) return {};
  if (typeof value !== 'string' || !Object.hasOwn(known, value)) {
    const expected = Object.keys(known).join(', ');
    throw wrongValue(file, key, 'the activation is not known.', expected, value);
  }
  return known[value] === undefined ? {} : { activation: known[value] };
}

/** `config.json` as Hugging Face transformers takes it; `own` has what only this architecture writes. */
export function writeGptConfig(
  config: ModelConfig,
  own: { modelType: string; className: string; activation: JsonObject },
): JsonObject {
  const { architecture, vocabulary = architecture } = config;
  // The end-of-text token of GPT-2 is the last one of its vocabulary; other vocabularies need not have one.
  const endOfText = vocabulary === 'gpt2' && config.vocabSize >= 50257 ? 50256 : null;
  return {
    model_type: own.modelType,
    architectures: [own.className],
    ...own.activation,
    ...(config.nInner !== undefined && { n_inner: config.nInner }),
    ...(config.scaleAttnWeights === false && { scale_attn_weights: false }),
    ...(config.scaleAttnByInverseLayerIdx && { scale_attn_by_inverse_layer_idx: true }),
    ...(config.untiedHead && { tie_word_embeddings: false }),
    vocab_size: config.vocabSize,
    ...(vocabulary !== architecture && { vocabulary }),
    n_positions: config.nCtx,
    n_ctx: config.nCtx,
    n_embd: config.nEmbd,
    n_layer: config.nLayer,
    n_head: config.nHead,
    layer_norm_epsilon: config.layerNormEpsilon,
    initializer_range: 0.02,
    bos_token_id: endOfText,
    eos_token_id: endOfText,
  };
}
