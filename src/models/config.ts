/**
 * What a model is made of, as numbers: its configuration, the sizes that the two papers trained, and the shape of every
 * parameter. Letters: C channels (nEmbd), V vocabulary, T positions (nCtx), L layers, H units of an LSTM.
 */

/**
 * `gpt1`: post-layer-norm blocks, no final norm. `gpt2`: pre-layer-norm blocks and a final norm. `lstm`: one recurrent layer
 * in place of the blocks (GPT-1 paper, Table 5).
 */
export type Architecture = 'gpt1' | 'gpt2' | 'lstm';

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

/** The registered model of that name, paper name or hub id (case does not matter), or undefined. */
export function findRegisteredModel(name: string): RegisteredModel | undefined {
  const wanted = name.toLowerCase();
  return registeredModels.find((model) =>
    [model.name, model.hubId, ...model.aliases].some((known) => known.toLowerCase() === wanted),
  );
}

/**
 * Every parameter of a model and its shape, in the order of a forward pass, under the names of the Hugging Face
 * checkpoints without the `transformer.` prefix. Matrices of the blocks are stored input-major, [in, out] (Conv1D).
 */
export function parameterShapes(config: ModelConfig): Map<string, number[]> {
  if (config.architecture === 'lstm') return lstmShapes(config);
  const { nLayer, nEmbd: C, nCtx: T, vocabSize: V, nInner: I = 4 * C } = config;
  const [wte, wpe] = gptEmbeddingNames(config.architecture);
  const shapes = new Map<string, number[]>([
    [wte, [V, C]],
    [wpe, [T, C]],
  ]);
  for (let layer = 0; layer < nLayer; layer++) {
    const h = `h.${layer}`;
    shapes.set(`${h}.ln_1.weight`, [C]).set(`${h}.ln_1.bias`, [C]);
    shapes.set(`${h}.attn.c_attn.weight`, [C, 3 * C]).set(`${h}.attn.c_attn.bias`, [3 * C]);
    shapes.set(`${h}.attn.c_proj.weight`, [C, C]).set(`${h}.attn.c_proj.bias`, [C]);
    shapes.set(`${h}.ln_2.weight`, [C]).set(`${h}.ln_2.bias`, [C]);
    shapes.set(`${h}.mlp.c_fc.weight`, [C, I]).set(`${h}.mlp.c_fc.bias`, [I]);
    shapes.set(`${h}.mlp.c_proj.weight`, [I, C]).set(`${h}.mlp.c_proj.bias`, [C]);
  }
  if (config.architecture === 'gpt2') shapes.set('ln_f.weight', [C]).set('ln_f.bias', [C]);
  if (config.untiedHead) shapes.set(UNTIED_HEAD, [V, C]);
  return shapes;
}

/**
 * The parameters of an LSTM. Gates are rows in the order of ONNX: input, output, forget, cell. One bias stands for the two that
 * other programs add up. The projection back to the width of the embedding is there where the two differ.
 */
function lstmShapes(config: ModelConfig): Map<string, number[]> {
  const { nEmbd: C, vocabSize: V } = config;
  const H = lstmUnits(config);
  const shapes = new Map([
    [LSTM_EMBEDDING, [V, C]],
    ['lstm.weight_ih', [4 * H, C]],
    ['lstm.weight_hh', [4 * H, H]],
    ['lstm.bias', [4 * H]],
  ]);
  return H === C ? shapes : shapes.set('proj.weight', [H, C]).set('proj.bias', [C]);
}

const LSTM_EMBEDDING = 'embedding.weight';

/** H of an LSTM. Throws Error (a bug) on another model. */
export function lstmUnits({ architecture, units }: ModelConfig): number {
  if (units === undefined) throw new Error(`a configuration of ${architecture} has no units`);
  return units;
}

/** Names of the token and, in a GPT, the position embedding: each kind of checkpoint calls them differently. */
export function embeddingNames(architecture: Architecture): [tokens: string, positions?: string] {
  return architecture === 'lstm' ? [LSTM_EMBEDDING] : gptEmbeddingNames(architecture);
}

/** Name of an output projection of its own, [V, C]. */
export const UNTIED_HEAD = 'lm_head.weight';

/** The parameter that hidden states are multiplied with to give logits, [V, C]: the token embedding, unless the head is untied. */
export function outputProjectionName({
  architecture,
  untiedHead,
}: Pick<ModelConfig, 'architecture' | 'untiedHead'>): string {
  return untiedHead ? UNTIED_HEAD : embeddingNames(architecture)[0];
}

/**
 * What scores of attention are multiplied with in a layer, from 0; undefined for the usual 1/√D, D the width of a head
 * (transformers modeling_gpt2.py:GPT2Attention).
 */
export function attentionScale(config: ModelConfig, layer: number): number | undefined {
  const { nEmbd, nHead, scaleAttnWeights = true, scaleAttnByInverseLayerIdx = false } = config;
  if (scaleAttnWeights && !scaleAttnByInverseLayerIdx) return undefined;
  return (scaleAttnWeights ? 1 / Math.sqrt(nEmbd / nHead) : 1) / (scaleAttnByInverseLayerIdx ? layer + 1 : 1);
}

/** Names of both embeddings of a GPT. */
export function gptEmbeddingNames(architecture: 'gpt1' | 'gpt2'): [tokens: string, positions: string] {
  return architecture === 'gpt1'
    ? ['tokens_embed.weight', 'positions_embed.weight']
    : ['wte.weight', 'wpe.weight'];
}

/** Whose vocabulary the model has. */
export function vocabularyKind({
  architecture,
  vocabulary,
}: Pick<ModelConfig, 'architecture' | 'vocabulary'>): VocabularyKind {
  return vocabulary ?? (architecture === 'lstm' ? 'gpt2' : architecture);
}

/** Number of parameters, the tied output projection counted once. */
export function countParameters(config: ModelConfig): number {
  let total = 0;
  for (const shape of parameterShapes(config).values()) {
    total += shape.reduce((product, size) => product * size, 1);
  }
  return total;
}
