/** What this machine can do with the published models, from its memory and disk: rules of thumb for `gpt` and `gpt doctor`. */

import { type ModelConfig, type RegisteredModel, registeredModels } from '../models/config.js';
import { countParameters } from '../models/parameters.js';

/** Memory of scoring beside the weights, bytes: a batch, and the program itself. */
const SCORING_REST = 0.8e9;

/** Memory of training beside weights, gradients and two moments. */
const TRAINING_REST = 1.5e9;

/** Bytes of memory that scoring takes: four for each parameter, and a batch. */
export function scoringMemory(config: ModelConfig): number {
  return 4 * countParameters(config) + SCORING_REST;
}

/** Bytes of memory that fine-tuning takes: weights, gradients and two moments. */
export function trainingMemory(config: ModelConfig): number {
  return 16 * countParameters(config) + TRAINING_REST;
}

/** The largest of the published models of an architecture for which so much memory is enough; undefined where none is that small. */
export function largestThatFits(
  architecture: ModelConfig['architecture'],
  memoryBytes: number,
  memoryOf: (config: ModelConfig) => number,
): RegisteredModel | undefined {
  return registeredModels.findLast(
    ({ config }) => config.architecture === architecture && memoryOf(config) <= memoryBytes,
  );
}

/** Floating-point operations a second that one core does in scoring: what was measured on common processors of 2024, cautiously. */
const PER_CORE = 40e9;

/** A guess of how long scoring so many tokens takes. `measured` is a speed of this machine: parameters times tokens a second. */
export function guessSeconds(config: ModelConfig, tokens: number, cores: number, measured?: number): number {
  return (tokens * countParameters(config)) / (measured ?? (cores * PER_CORE) / 2);
}
