/**
 * The configuration that lies beside the weights: `config.json` of the Hugging Face releases and `hparams.json` of
 * OpenAI's GPT-2 release. It is read as a statement about the weights, not as the truth: `assembleParameters` compares
 * the two. Whatever would change the arithmetic and cannot be computed is refused here.
 */

import path from 'node:path';
import { DataError } from '../errors.js';
import { type JsonObject, readJsonObject } from '../files/json-file.js';
import {
  type Activation,
  type Architecture,
  lstmUnits,
  type ModelConfig,
  type VocabularyKind,
  vocabularyKind,
} from '../models/config.js';

/** The sizes of a model that a configuration file states and weights show. */
export type SizeName = 'vocabSize' | 'nCtx' | 'nEmbd' | 'nLayer' | 'nHead' | 'units';

/** What a configuration file says; every part may be missing. */
export interface StatedConfig {
  /** The file, for messages. */
  file: string;
  architecture?: Architecture;
  layerNormEpsilon?: number;
  /** Stated by models of this tool alone: always by an LSTM, by a GPT where it is not the kind of its own release. */
  vocabulary?: VocabularyKind;
  /** Each size with the key under which the file has it. */
  sizes: Partial<Record<SizeName, { key: string; value: number }>>;
  /** What it says about the arithmetic, under the keys of the architecture that the weights show. Throws DataError on a bad value. */
  network?: (architecture: Architecture) => StatedNetwork;
  /** Whether it asks for an output projection of its own (`tie_word_embeddings: false`). */
  untiedHead?: boolean;
  warnings: string[];
}

/**
 * Keys of a size, the decisive one first. `n_positions` is the length of the position table, `n_ctx` an old copy; the
 * long names are those that transformers takes for GPT-1 and GPT-2 as well (`attribute_map` of their configurations).
 */
const sizeKeys: Record<SizeName, string[]> = {
  vocabSize: ['vocab_size', 'n_vocab'],
  nCtx: ['n_positions', 'max_position_embeddings', 'n_ctx'],
  nEmbd: ['n_embd', 'hidden_size'],
  nLayer: ['n_layer', 'num_hidden_layers'],
  nHead: ['n_head', 'num_attention_heads'],
  units: ['n_units'],
};

/** Keys of which one is enough for a file to be about a model: a head count or an activation must not be passed over. */
const tellingKeys = ['model_type', 'activation_function', 'afn', ...Object.values(sizeKeys).flat()];

const architectures: Readonly<Record<string, Architecture>> = {
  gpt2: 'gpt2',
  'openai-gpt': 'gpt1',
  lstm: 'lstm',
};

/** transformers' names of the tanh form of GELU. */
const tanhGelu = ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast'];

/** Names of the other functions, as each architecture's class takes them: GPT-1's `gelu` is the tanh form, GPT-2's the exact one. */
const activationNames: Record<'gpt1' | 'gpt2', Readonly<Record<string, Activation | undefined>>> = {
  gpt1: { gelu: undefined, relu: 'relu', silu: 'silu', swish: 'silu' },
  gpt2: {
    ...Object.fromEntries(tanhGelu.map((name) => [name, undefined])),
    ...{ gelu: 'gelu', relu: 'relu', silu: 'silu', swish: 'silu', tanh: 'tanh' },
  },
};

/** What a configuration says about the arithmetic, beside the sizes; what is as in the releases is absent. */
export type StatedNetwork = Pick<
  ModelConfig,
  'activation' | 'nInner' | 'scaleAttnWeights' | 'scaleAttnByInverseLayerIdx'
>;

/**
 * Reads `config.json` of a folder. Undefined when there is none, or when the file there says nothing about a model.
 *
 * Throws DataError, naming the key, on another model type, an activation that is not known, cross-attention, or a size that is no
 * positive integer.
 */
export async function readConfigFile(folder: string): Promise<StatedConfig | undefined> {
  const file = path.join(folder, 'config.json');
  const json = await readJsonObject(file);
  if (json === undefined || !tellingKeys.some((key) => key in json)) return undefined;
  const stated = readSizes(json, file);
  const modelType = json.model_type;
  if (modelType !== undefined) {
    const known = typeof modelType === 'string' && Object.hasOwn(architectures, modelType);
    if (!known) {
      throw wrongValue(
        file,
        'model_type',
        'this is not a GPT-1, a GPT-2 or an LSTM of this tool.',
        '"gpt2", "openai-gpt" or "lstm"',
        modelType,
      );
    }
    stated.architecture = architectures[modelType];
  }
  stated.network = (architecture) => readNetwork(json, architecture, file);
  if (stated.architecture !== undefined) stated.network(stated.architecture);
  stated.untiedHead = !readSwitch(json, 'tie_word_embeddings', true, file);
  const epsilon = json.layer_norm_epsilon;
  if (epsilon !== undefined) {
    if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < 1)) {
      throw wrongValue(file, 'layer_norm_epsilon', 'the value is out of range.', 'between 0 and 1', epsilon);
    }
    stated.layerNormEpsilon = epsilon;
  }
  stated.vocabulary = readVocabularyKind(json.vocabulary, file);
  return stated;
}

/** Reads `hparams.json` of OpenAI's GPT-2 release; undefined when there is none. */
export async function readHparamsFile(folder: string): Promise<StatedConfig | undefined> {
  const file = path.join(folder, 'hparams.json');
  const json = await readJsonObject(file);
  return json && { ...readSizes(json, file), architecture: 'gpt2' };
}

/** `config.json` of a model, as Hugging Face transformers and this reader take it. An LSTM only this reader knows. */
export function formatConfigFile(config: ModelConfig): string {
  if (config.architecture === 'lstm') return formatLstmConfigFile(config);
  const isGpt2 = config.architecture === 'gpt2';
  const vocabulary = vocabularyKind(config);
  // The end-of-text token of GPT-2 is the last one of its vocabulary; other vocabularies need not have one.
  const endOfText = vocabulary === 'gpt2' && config.vocabSize >= 50257 ? 50256 : null;
  const json = {
    model_type: isGpt2 ? 'gpt2' : 'openai-gpt',
    architectures: [isGpt2 ? 'GPT2LMHeadModel' : 'OpenAIGPTLMHeadModel'],
    ...(isGpt2
      ? { activation_function: config.activation ?? 'gelu_new' }
      : { afn: config.activation ?? 'gelu' }),
    ...(config.nInner !== undefined && { n_inner: config.nInner }),
    ...(config.scaleAttnWeights === false && { scale_attn_weights: false }),
    ...(config.scaleAttnByInverseLayerIdx && { scale_attn_by_inverse_layer_idx: true }),
    ...(config.untiedHead && { tie_word_embeddings: false }),
    vocab_size: config.vocabSize,
    ...(vocabulary !== config.architecture && { vocabulary }),
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
  return `${JSON.stringify(json, null, 2)}\n`;
}

function formatLstmConfigFile(config: ModelConfig): string {
  const json = {
    model_type: 'lstm',
    vocab_size: config.vocabSize,
    vocabulary: vocabularyKind(config),
    n_positions: config.nCtx,
    n_embd: config.nEmbd,
    n_units: lstmUnits(config),
    n_layer: config.nLayer,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function readVocabularyKind(value: unknown, file: string): VocabularyKind | undefined {
  if (value === undefined || value === 'gpt1' || value === 'gpt2') return value;
  throw wrongValue(file, 'vocabulary', 'the kind of vocabulary is unknown.', '"gpt1" or "gpt2"', value);
}

function readSizes(json: JsonObject, file: string): StatedConfig {
  const sizes: StatedConfig['sizes'] = {};
  for (const [name, keys] of Object.entries(sizeKeys) as [SizeName, string[]][]) {
    const key = keys.find((candidate) => json[candidate] !== undefined);
    if (key === undefined) continue;
    const value = json[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw wrongValue(file, key, 'the size makes no sense.', 'a positive integer', value);
    }
    sizes[name] = { key, value };
  }
  return { file, sizes, warnings: [] };
}

/** Keys about the arithmetic that each architecture reads, beside the sizes. */
export const networkKeys: Readonly<Record<Architecture, readonly string[]>> = {
  gpt1: ['afn', 'tie_word_embeddings'],
  gpt2: [
    ...['activation_function', 'n_inner', 'scale_attn_weights', 'scale_attn_by_inverse_layer_idx'],
    ...['add_cross_attention', 'reorder_and_upcast_attn', 'tie_word_embeddings'],
  ],
  lstm: [],
};

/**
 * What a configuration says about the arithmetic. Each architecture reads its own keys, and what another one reads means nothing:
 * `afn` is GPT-1's, all others are GPT-2's; an LSTM reads none.
 *
 * `reorder_and_upcast_attn` is not looked at: it asks for attention in 32 bits, which is what is computed anyway. Throws
 * DataError, naming the key, on a value that is not known.
 */
export function readNetwork(json: JsonObject, architecture: Architecture, file: string): StatedNetwork {
  if (architecture === 'lstm') return {};
  const key = architecture === 'gpt1' ? 'afn' : 'activation_function';
  const network = readActivation(json, key, activationNames[architecture], file);
  if (architecture === 'gpt1') return network;
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
    throw wrongValue(
      file,
      'add_cross_attention',
      'half of an encoder and decoder is no language model.',
      false,
      true,
    );
  }
  return network;
}

function readActivation(
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

/** Whether a switch is on; `usual` where it is not there. Throws DataError when it is neither. */
export function readSwitch(json: JsonObject, key: string, usual: boolean, file: string): boolean {
  const value = json[key] ?? usual;
  if (typeof value === 'boolean') return value;
  throw wrongValue(file, key, 'the switch makes no sense.', 'true or false', value);
}

function wrongValue(file: string, at: string, problem: string, expected: unknown, found: unknown): DataError {
  return new DataError({ file, at, problem, expected: String(expected), found: JSON.stringify(found) });
}
