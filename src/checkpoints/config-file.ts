/**
 * The configuration that lies beside the weights: `config.json` of the Hugging Face releases and `hparams.json` of
 * OpenAI's GPT-2 release. It is read as a statement about the weights, not as the truth: `assembleParameters` compares
 * the two. Whatever would change the arithmetic and cannot be computed is refused here.
 */

import path from 'node:path';
import { type JsonObject, readJsonObject } from '../files/json-file.js';
import type { ArchitectureDescriptor, StatedNetwork } from '../models/architecture.js';
import { architectureOfType, describe, knownModelTypes } from '../models/architectures.js';
import type { Architecture, ModelConfig, VocabularyKind } from '../models/config.js';
import { readSwitch, wrongValue } from '../models/stated-value.js';

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
  network?: (architecture: ArchitectureDescriptor) => StatedNetwork;
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
    const architecture = architectureOfType(modelType);
    if (architecture === undefined) {
      const problem = 'this is not a GPT-1, a GPT-2 or an LSTM of this tool.';
      throw wrongValue(file, 'model_type', problem, knownModelTypes, modelType);
    }
    stated.architecture = architecture.name;
    architecture.readNetwork(json, file);
  }
  stated.network = (architecture) => architecture.readNetwork(json, file);
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

/** `config.json` of a model; that of a GPT is as Hugging Face transformers takes it. */
export function formatConfigFile(config: ModelConfig): string {
  return `${JSON.stringify(describe(config).writeConfig(config), null, 2)}\n`;
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
