/**
 * The sizes of a ready-made ONNX model: what its graph shows, and only then what `config.json` says. A finished graph is its own
 * authority, so that file may ask for things that this tool's own graphs cannot compute.
 */
import { DataError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../files/json-file.js';
import type { ArchitectureDescriptor } from '../models/architecture.js';
import { architectureOfType, describe, knownModelTypes } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import type { OnnxPast } from './onnx-interface.js';
import type { OnnxScan } from './onnx-scan.js';

/** The configuration beside a graph. */
export interface ConfigBeside {
  file: string;
  json: JsonObject;
}

/** What is known about the sizes of a graph. */
export interface OnnxSizes {
  config: ModelConfig;
  parameters: number;
  /** Where config.json contradicts the graph, one sentence each. */
  warnings: string[];
}

type SizeName = 'nLayer' | 'nHead' | 'nEmbd' | 'nCtx' | 'vocabSize' | 'units';

/** Keys of config.json, the decisive one first; the last ones are those of relatives that use GPT-2's vocabulary. */
const keys: Readonly<Record<SizeName, readonly string[]>> = {
  vocabSize: ['vocab_size', 'n_vocab'],
  nCtx: ['n_positions', 'max_position_embeddings', 'n_ctx'],
  nEmbd: ['n_embd', 'hidden_size'],
  nLayer: ['n_layer', 'num_hidden_layers', 'num_layers'],
  nHead: ['n_head', 'num_attention_heads', 'num_heads'],
  units: ['n_units'],
};

/**
 * Size of the vocabulary as the graph shows it: the last size of its logits, else the rows of its embedding. Undefined
 * where it shows none.
 */
export function vocabSizeOf({ outputs, weightShapes }: OnnxScan): number | undefined {
  const shown = outputs.find(({ name }) => name === 'logits')?.shape?.at(-1);
  return typeof shown === 'number' ? shown : tableOf(weightShapes, 'wte|tokens_embed')?.[0];
}

/**
 * Sizes of a graph with that past. Throws DataError when neither graph nor config.json say one that is needed, and when
 * config.json is that of another kind of model.
 */
export function sizesOf(
  scan: OnnxScan,
  past: readonly OnnxPast[],
  beside: ConfigBeside | undefined,
  file: string,
): OnnxSizes {
  const { weightShapes } = scan;
  const tokens = tableOf(weightShapes, 'wte|tokens_embed');
  const [heads, headWidth] = [past[0]?.heads, past[0]?.headWidth];
  const shown: Partial<Record<SizeName, number>> = {
    vocabSize: vocabSizeOf(scan),
    nCtx: tableOf(weightShapes, 'wpe|positions_embed')?.[0],
    nEmbd: tokens?.[1] ?? (heads && headWidth && heads * headWidth),
    nLayer: new Set(past.map(({ key }) => key.split('.')[0])).size || undefined,
    nHead: heads,
  };
  const architecture = architectureOf(beside);
  const warnings: string[] = [];
  const size = (name: SizeName, fallback?: number): number => {
    const stated = statedSize(beside?.json, name);
    const found = shown[name];
    if (found !== undefined && stated !== undefined && found !== stated.value) {
      warnings.push(
        `${beside!.file} says ${stated.key} ${stated.value}, but the graph has ${found}, which is used.`,
      );
    }
    const value = found ?? stated?.value ?? fallback;
    if (value !== undefined) return value;
    throw new DataError({
      file: beside?.file ?? file,
      at: keys[name][0],
      problem:
        beside === undefined
          ? 'the graph does not show this size, and there is no config.json beside it or in the folder above.'
          : 'the value is missing, and the graph does not show it.',
      expected: 'a positive integer',
      hint: 'Put the config.json of the model into its folder.',
    });
  };
  const vocabulary = [beside?.json.vocabulary].find((kind) => kind === 'gpt1' || kind === 'gpt2');
  const epsilon = beside?.json.layer_norm_epsilon;
  const config: ModelConfig = {
    architecture: architecture.name,
    nLayer: size('nLayer'),
    nHead: architecture.attends ? size('nHead') : 0,
    nEmbd: size('nEmbd'),
    nCtx: size('nCtx'),
    vocabSize: size('vocabSize'),
    layerNormEpsilon: typeof epsilon === 'number' ? epsilon : 1e-5,
    ...(!architecture.attends && { units: size('units') }),
    // A GPT states it only where it is not the kind of its own release.
    ...(vocabulary !== undefined && vocabulary !== architecture.vocabulary && { vocabulary }),
  };
  return { config, parameters: parametersOf(config, beside?.json ?? {}), warnings };
}

/** A table of embeddings, which exporters call as the checkpoint does, with an ending where it is quantised. */
function tableOf(shapes: ReadonlyMap<string, number[]>, names: string): number[] | undefined {
  const pattern = new RegExp(`(^|[./])(${names})\\.weight(_quantized)?$`);
  for (const [name, shape] of shapes) if (shape.length === 2 && pattern.test(name)) return shape;
  return undefined;
}

function statedSize(
  json: JsonObject | undefined,
  name: SizeName,
): { key: string; value: number } | undefined {
  for (const key of keys[name]) {
    const value = json?.[key];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return { key, value };
  }
  return undefined;
}

function architectureOf(beside: ConfigBeside | undefined): ArchitectureDescriptor {
  const type = beside?.json.model_type ?? describe('gpt2').modelType;
  const found = architectureOfType(type);
  if (found !== undefined) return found;
  throw new DataError({
    file: beside!.file,
    at: 'model_type',
    problem: 'this is not a GPT-1, a GPT-2 or an LSTM of this tool.',
    expected: knownModelTypes,
    found: JSON.stringify(type),
  });
}

/** Two things of config.json change the count: another width of the feed-forward layer, and an output projection of its own. */
function parametersOf(config: ModelConfig, json: JsonObject): number {
  const { nLayer, nEmbd, vocabSize } = config;
  const total = countParameters(config);
  if (!describe(config).attends) return total;
  const inner = typeof json.n_inner === 'number' ? json.n_inner : 4 * nEmbd;
  const untied = json.tie_word_embeddings === false ? vocabSize * nEmbd : 0;
  return total + nLayer * (2 * nEmbd + 1) * (inner - 4 * nEmbd) + untied;
}

/** A config.json as it was read, if it is about a model at all. */
export function aboutModel(json: unknown, file: string): ConfigBeside | undefined {
  if (!isJsonObject(json)) return undefined;
  const telling = ['model_type', ...Object.values(keys).flat()];
  return telling.some((key) => key in json) ? { file, json } : undefined;
}
