import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { writeSafetensors } from '../checkpoints/safetensors-writer.js';
import type { ModelConfig } from '../models/config.js';
import { embeddingNames, outputProjectionName } from '../models/parameters.js';
import { seededNormal } from '../random/random-numbers.js';
import { SPECIAL_TOKENS } from './input.js';

/** Standard deviation of every weight that fine-tuning adds. GPT-1 paper §4.1. */
const INITIAL_STD = 0.02;

/** Numbers by parameter name. */
export type WeightNumbers = Map<string, Float32Array<ArrayBuffer>>;

/** The configuration of a model with room for the special tokens. */
export function enlargedConfig(config: ModelConfig): ModelConfig {
  return { ...config, vocabSize: config.vocabSize + SPECIAL_TOKENS };
}

/**
 * Appends the special tokens to the token embedding of a model, drawn from N(0, 0.02), and to an output projection of its own.
 */
export function enlarge(weights: WeightNumbers, config: ModelConfig, seed: number): WeightNumbers {
  const enlarged = new Map(weights);
  // One matrix where the head is tied; two of them get rows of their own.
  const names = new Set([embeddingNames(config.architecture)[0], outputProjectionName(config)]);
  const drawn = new Float32Array(names.size * SPECIAL_TOKENS * config.nEmbd);
  seededNormal(seed)(drawn, INITIAL_STD);
  for (const [place, name] of [...names].entries()) {
    const length = SPECIAL_TOKENS * config.nEmbd;
    enlarged.set(name, append(weights.get(name)!, drawn.subarray(place * length, (place + 1) * length)));
  }
  return enlarged;
}

/** Reads the parameters of a checkpoint, those only that are asked for. */
export async function readParameters(
  { tensors }: WeightsCheckpoint,
  wanted: (name: string) => boolean = () => true,
): Promise<WeightNumbers> {
  const weights: WeightNumbers = new Map();
  for (const [name, tensor] of tensors) if (wanted(name)) weights.set(name, await readTensor(tensor));
  return weights;
}

function append(numbers: Float32Array, further: Float32Array): Float32Array<ArrayBuffer> {
  const enlarged = new Float32Array(numbers.length + further.length);
  enlarged.set(numbers);
  enlarged.set(further, numbers.length);
  return enlarged;
}

/** Writes parameters of the given shapes, in that order, to a safetensors file. */
export async function writeWeights(
  file: string,
  shapes: ReadonlyMap<string, number[]>,
  weights: WeightNumbers,
): Promise<void> {
  const tensors = [...shapes].map(([name, shape]) => {
    const { buffer, byteOffset, byteLength } = weights.get(name)!;
    return { name, dtype: 'F32' as const, shape, data: new Uint8Array(buffer, byteOffset, byteLength) };
  });
  await writeSafetensors(file, tensors);
}

/** Reads what `writeWeights` wrote. */
export async function readWeights(file: string): Promise<WeightNumbers> {
  const { entries } = await readSafetensorsHeader(file);
  const weights: WeightNumbers = new Map();
  for (const { name, shape, offset, lengthBytes } of entries) {
    weights.set(name, await readTensor({ name, dtype: 'F32', shape, data: { file, offset, lengthBytes } }));
  }
  return weights;
}
