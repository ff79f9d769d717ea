/**
 * What a model is made of, as numbers: its configuration, and the sizes that the two papers trained. Letters: C channels (nEmbd), V vocabulary, T positions (nCtx), L layers, H units of an LSTM.
 */

/** Name of an architecture; `describe` (architectures.ts) has all that is particular to it. */
export type Architecture = string;

/** Whose vocabulary and way of splitting text a model has. */
export type VocabularyKind = 'gpt1' | 'gpt2';

/** Functions that GPT-2 variants have in place of the tanh form of GELU; `gelu` is x·Φ(x). Names of transformers. */
export const activations = ['gelu', 'relu', 'silu', 'tanh'] as const;
/** One of `activations`. */
export type Activation = (typeof activations)[number];

/** The numbers that fix a model's graph. Names are those of the releases (`n_layer` → `nLayer`). */
export interface ModelConfig {
  architecture: Architecture;
  /** 1 for an LSTM. */
  nLayer: number;
  /** 0 for an LSTM. */
  nHead: number;
  /** C, the width of the residual stream, a multiple of nHead; for an LSTM that of the embedding. */
  nEmbd: number;
  /** T, the number of position vectors; for an LSTM, which has none, the longest sequence it is given. */
  nCtx: number;
  vocabSize: number;
  /** ε inside the square root of layer norm; 1e-5 in every released checkpoint. An LSTM has no layer norm. */
  layerNormEpsilon: number;
  /** What a GPT applies between the two layers of its feed-forward half; absent: the tanh form of GELU, as in both releases. */
  activation?: Activation;
  /** Width of the feed-forward half; absent: 4·C. */
  nInner?: number;
  /** Present where scores of attention are not divided by √(C / heads). */
  scaleAttnWeights?: false;
  /** Present where scores of attention in layer l, from 0, are divided by l + 1 as well. */
  scaleAttnByInverseLayerIdx?: true;
  /** Present where the output projection is a matrix of its own, not the token embedding. */
  untiedHead?: true;
  /** H, of an LSTM only. */
  units?: number;
  /** Absent: a GPT has the kind of its own release, an LSTM GPT-2's. */
  vocabulary?: VocabularyKind;
}

/** A model that the papers trained, under the name this tool gives it. */
export interface RegisteredModel {
  /** Name on the command line, e.g. `gpt2-medium`. */
  name: string;
  /** Other names that mean the same; the first is the size as the paper prints it. */
  aliases: string[];
  /** Repository on the Hugging Face Hub. */
  hubId: string;
  /** Repositories that hold the same weights as ONNX exports. */
  exports?: string[];
  /** Exact number of parameters, tied output projection counted once. */
  parameters: number;
  /** Size of the published `model.safetensors`, in bytes, rounded as the hub shows it. */
  downloadBytes: number;
  config: ModelConfig;
}

const gpt2 = (nLayer: number, nEmbd: number, nHead: number): ModelConfig => ({
  architecture: 'gpt2',
  nLayer,
  nHead,
  nEmbd,
  nCtx: 1024,
  vocabSize: 50257,
  layerNormEpsilon: 1e-5,
});

/** Every released model. GPT-1 paper §4.1; GPT-2 paper Table 2 (its parameter counts are known to be wrong). */
export const registeredModels: readonly RegisteredModel[] = [
  {
    name: 'gpt1',
    aliases: ['openai-gpt', 'gpt'],
    hubId: 'openai-community/openai-gpt',
    parameters: 116_534_784,
    downloadBytes: 479e6,
    config: {
      architecture: 'gpt1',
      nLayer: 12,
      nHead: 12,
      nEmbd: 768,
      nCtx: 512,
      vocabSize: 40478,
      layerNormEpsilon: 1e-5,
    },
  },
  {
    name: 'gpt2',
    aliases: ['117M', '124M', 'gpt2-small'],
    hubId: 'openai-community/gpt2',
    exports: ['Xenova/gpt2', 'onnx-community/gpt2-ONNX'],
    parameters: 124_439_808,
    downloadBytes: 548e6,
    config: gpt2(12, 768, 12),
  },
  {
    name: 'gpt2-medium',
    aliases: ['345M', '355M'],
    hubId: 'openai-community/gpt2-medium',
    parameters: 354_823_168,
    downloadBytes: 1.52e9,
    config: gpt2(24, 1024, 16),
  },
  {
    name: 'gpt2-large',
    aliases: ['762M', '774M'],
    hubId: 'openai-community/gpt2-large',
    parameters: 774_030_080,
    downloadBytes: 3.25e9,
    config: gpt2(36, 1280, 20),
  },
  {
    name: 'gpt2-xl',
    aliases: ['1542M', '1558M', '1.5B'],
    hubId: 'openai-community/gpt2-xl',
    parameters: 1_557_611_200,
    downloadBytes: 6.43e9,
    config: gpt2(48, 1600, 25),
  },
];

/** The size of a model as the GPT-2 paper prints it, which is its first other name; undefined for GPT-1, which has one size. */
export function printedSize({ aliases: [size] }: Pick<RegisteredModel, 'aliases'>): string | undefined {
  return size !== undefined && /^\d/.test(size) ? size : undefined;
}

/** The registered model of that name, paper name or hub id (case does not matter), or undefined. */
export function findRegisteredModel(name: string): RegisteredModel | undefined {
  const wanted = name.toLowerCase();
  return registeredModels.find((model) =>
    [model.name, model.hubId, ...model.aliases].some((known) => known.toLowerCase() === wanted),
  );
}

/**
 * The registered model whose weights a repository has as ONNX files, its own or others' (case does not matter); undefined where there
 * is none, or what the graph shows is of another size.
 */
export function findExportedModel(repo: string, shown: ModelConfig): RegisteredModel | undefined {
  const wanted = repo.toLowerCase();
  const sizes = ['architecture', 'nLayer', 'nEmbd', 'vocabSize'] as const;
  return registeredModels.find(
    ({ hubId, exports = [], config }) =>
      [hubId, ...exports].some((known) => known.toLowerCase() === wanted) &&
      sizes.every((size) => shown[size] === config[size]),
  );
}

/** Name of an output projection of its own, [V, C]. */
export const UNTIED_HEAD = 'lm_head.weight';

/**
 * What scores of attention are multiplied with in a layer, from 0; undefined for the usual 1/√D, D the width of a head
 * (transformers modeling_gpt2.py:GPT2Attention).
 */
export function attentionScale(config: ModelConfig, layer: number): number | undefined {
  const { nEmbd, nHead, scaleAttnWeights = true, scaleAttnByInverseLayerIdx = false } = config;
  if (scaleAttnWeights && !scaleAttnByInverseLayerIdx) return undefined;
  return (scaleAttnWeights ? 1 / Math.sqrt(nEmbd / nHead) : 1) / (scaleAttnByInverseLayerIdx ? layer + 1 : 1);
}
