import type { JsonObject } from '../files/json-file.js';
import type { Activation, ModelConfig, VocabularyKind } from './config.js';
import type { Forward } from './forward.js';

/** What a configuration says about the arithmetic, beside the sizes; what is as in the releases is absent. */
export type StatedNetwork = Pick<
  ModelConfig,
  'activation' | 'nInner' | 'scaleAttnWeights' | 'scaleAttnByInverseLayerIdx'
>;

/** Sizes that the weights of a model show: all but the number of heads, and, without positions, the longest sequence. */
export type ShownSizes = Pick<ModelConfig, 'vocabSize' | 'nEmbd' | 'nLayer' | 'nInner' | 'units'> &
  Partial<Pick<ModelConfig, 'nCtx'>>;

/**
 * Everything that is particular to an architecture, in one value. Nothing outside this folder compares its name: it asks here
 * (`describe`, architectures.ts).
 */
export interface ArchitectureDescriptor {
  /** As `ModelConfig.architecture` has it, and `--architecture` of `gpt pretrain`. */
  name: string;
  /** For people. */
  label: string;
  /** `model_type` of its `config.json`. */
  modelType: string;
  /** Whose vocabulary a model of its own release has; absent: a configuration says it, and GPT-2's is the default. */
  vocabulary?: VocabularyKind;
  /** Names of the token and, where it has them, the position embedding. */
  embeddings: readonly [tokens: string, positions?: string];
  /** Whether it has heads of attention, so that one context serves several continuations and keys and values can be kept. */
  attends: boolean;
  /** Whether its output projection can be a matrix of its own. */
  canBeUntied: boolean;
  /** Every parameter and its shape, in the order of a forward pass. */
  shapes(config: ModelConfig): Map<string, number[]>;
  /** Its forward pass. */
  hidden: Forward;
  /** The sizes that weights show: `matrix` gives the shape of a matrix, or throws naming it and what its sizes mean; `names` are all tensors. */
  shownSizes(
    matrix: (name: string, meaning: string) => [number, number],
    names: Iterable<string>,
  ): ShownSizes;
  /** What its configuration cannot say. */
  lacks?: { activations?: readonly Activation[] };
  /** Keys of its `config.json` about the arithmetic. */
  networkKeys: readonly string[];
  /** Reads those keys; `file` is for messages. Throws DataError, naming the key, on a value that is not known. */
  readNetwork(json: JsonObject, file: string): StatedNetwork;
  /** Its `config.json`. */
  writeConfig(config: ModelConfig): JsonObject;
  /** Standard deviation or value that a parameter starts from, where it is not `std` for all matrices. */
  initial?(
    name: string,
    config: ModelConfig,
    std: number,
  ): { value: number } | { std: number } | { values: Float32Array } | undefined;
  /** The network in a few words, for `gpt compare`, and where a published one is described. */
  about: { network: string; layerNorm: string; source?: string };
  /** Multiply-adds of its layers for one sequence of T tokens of which `asked` go on to the head. */
  multiplyAdds(config: ModelConfig, T: number, asked: number): { blocks: number; attention: number };
}
