/**
 * The configuration that lies beside the weights: `config.json` of the Hugging Face releases and `hparams.json` of
 * OpenAI's GPT-2 release. It is read as a statement about the weights, not as the truth: `assembleParameters` compares
 * the two. Whatever would change the arithmetic and is not built into the graphs is refused here.
 */

import path from 'node:path';
import { DataError } from '../errors.js';
import { type JsonObject, readJsonObject } from '../files/json-file.js';
import {
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

/** Hugging Face's names of the tanh form of GELU. GPT-1's `gelu` is that form too, although GPT-2's is the exact one. */
const tanhGelu = ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast'];

/** Switches of the GPT-2 class that change the arithmetic, and the only value that the graphs compute. */
const fixedSwitches: readonly [key: string, value: boolean][] = [
  ['scale_attn_weights', true],
  ['scale_attn_by_inverse_layer_idx', false],
  ['add_cross_attention', false],
  ['tie_word_embeddings', true],
  // `reorder_and_upcast_attn` is not among them: it only asks for 32-bit attention, which is what is computed anyway.
];

/**
 * Reads `config.json` of a folder. Undefined when there is none, or when the file there says nothing about a model.
 *
 * Throws DataError, naming the key, on another model type, another activation, a switch that changes the arithmetic, or
 * a size that is no positive integer.
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
  checkActivation(json, stated);
  for (const [key, value] of fixedSwitches) {
    if (json[key] !== undefined && json[key] !== value) {
      throw wrongValue(file, key, 'models of this kind are not supported.', value, json[key]);
    }
  }
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
    ...(isGpt2 ? { activation_function: 'gelu_new' } : { afn: 'gelu' }),
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
  const inner = json.n_inner;
  const nEmbd = sizes.nEmbd?.value;
  if (inner !== undefined && inner !== null && nEmbd !== undefined && inner !== 4 * nEmbd) {
    throw wrongValue(
      file,
      'n_inner',
      'only the usual width of the feed-forward layer is supported.',
      4 * nEmbd,
      inner,
    );
  }
  return { file, sizes, warnings: [] };
}

/**
 * Each architecture reads its own key: `afn` is GPT-1's, `activation_function` GPT-2's, and the other one, where a file
 * has it, means nothing. In a file that does not name its architecture both are checked.
 */
function checkActivation(json: JsonObject, stated: StatedConfig): void {
  const keys = { gpt1: ['afn'], gpt2: ['activation_function'], lstm: [] };
  const read = stated.architecture ? keys[stated.architecture] : ['activation_function', 'afn'];
  for (const key of read) {
    const activation = json[key];
    if (activation === undefined || tanhGelu.includes(activation as string)) continue;
    if (activation !== 'gelu') {
      const expected = ['gelu', ...tanhGelu].join(', ');
      throw wrongValue(stated.file, key, 'the activation is not supported.', expected, activation);
    }
    if (stated.architecture === 'gpt2') {
      stated.warnings.push(
        `${stated.file} asks for the exact GELU; its tanh form is computed, which differs by at most 0.0005.`,
      );
    }
  }
}

function wrongValue(file: string, at: string, problem: string, expected: unknown, found: unknown): DataError {
  return new DataError({ file, at, problem, expected: String(expected), found: JSON.stringify(found) });
}
