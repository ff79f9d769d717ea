/** The networks themselves, side by side. */
import { formatCount } from '../format.js';
import {
  type Architecture,
  countParameters,
  embeddingNames,
  type ModelConfig,
  parameterShapes,
} from '../models/config.js';
import type { ComparedModel } from './model.js';
import type { Section } from './section.js';

const layerNorms: Readonly<Record<Architecture, string>> = {
  gpt1: 'after each sub-layer and its residual (post-norm); none after the last block',
  gpt2: 'before each sub-layer (pre-norm), and one after the last block',
  lstm: 'none',
};

const activationLabels = {
  'tanh GELU': 'GELU (tanh form)',
  gelu: 'GELU (exact)',
  relu: 'ReLU',
  silu: 'SiLU',
  tanh: 'tanh',
} as const;

const counted = 'counted from the definition';

/** What is compared, how it is read off a configuration, and where that comes from if not from the model's own source. */
const rows: readonly { what: string; of: (config: ModelConfig) => string; source?: string }[] = [
  {
    what: 'network',
    of: ({ architecture }) =>
      architecture === 'lstm' ? 'LSTM' : 'Transformer decoder, causal self-attention',
  },
  {
    what: 'layers',
    of: ({ nLayer, units }) =>
      units === undefined ? formatCount(nLayer) : `${nLayer}, of ${formatCount(units)} units`,
  },
  { what: 'width', of: ({ nEmbd }) => formatCount(nEmbd) },
  {
    what: 'inner width',
    of: ({ architecture, nInner, nEmbd }) =>
      architecture === 'lstm' ? 'none' : formatCount(nInner ?? 4 * nEmbd),
  },
  {
    what: 'heads',
    of: ({ nHead, nEmbd }) => (nHead === 0 ? 'none' : `${nHead}, of ${nEmbd / nHead} channels each`),
  },
  {
    what: 'inner width',
    of: ({ architecture, nInner, nEmbd }) =>
      architecture === 'lstm' ? 'none' : formatCount(nInner ?? 4 * nEmbd),
  },
  {
    what: 'activation',
    of: ({ architecture, activation }) =>
      architecture === 'lstm' ? 'gates: sigmoid and tanh' : activationLabels[activation ?? 'tanh GELU'],
  },
  {
    what: 'scores of attention are divided by',
    of: describeScaling,
  },
  {
    what: 'context',
    of: ({ architecture, nCtx }) =>
      architecture === 'lstm' ? 'as long as memory lasts' : `${formatCount(nCtx)} tokens, learned positions`,
  },
  { what: 'vocabulary', of: ({ vocabSize }) => formatCount(vocabSize) },
  { what: 'layer norm', of: ({ architecture }) => layerNorms[architecture] },
  {
    what: 'output projection',
    of: ({ untiedHead }) => (untiedHead ? 'a matrix of its own' : 'the token embedding (tied)'),
  },
  { what: 'parameters', of: (config) => formatCount(countParameters(config)), source: counted },
  { what: 'of these embeddings', of: describeEmbeddings, source: counted },
];

/** Layers, widths, layer norm, parameters. */
export function compareArchitectures(models: readonly ComparedModel[]): Section {
  return {
    id: 'architecture',
    title: 'Architecture',
    rows: rows.map(({ what, of, source }) => ({
      what,
      values: models.map(({ config }) => of(config)),
      sources: models.map(({ configSource }) => source ?? configSource),
    })),
    notes: [],
  };
}

function describeScaling({
  architecture,
  scaleAttnWeights,
  scaleAttnByInverseLayerIdx,
}: ModelConfig): string {
  if (architecture === 'lstm') return 'none';
  const divisors = [
    ...(scaleAttnWeights === false ? [] : ['the square root of a head’s width']),
    ...(scaleAttnByInverseLayerIdx ? ['the number of the layer'] : []),
  ];
  return divisors.join(' and ') || 'nothing';
}

function describeEmbeddings(config: ModelConfig): string {
  const shapes = parameterShapes(config);
  const size = embeddingNames(config.architecture)
    .flatMap((name) => (name === undefined ? [] : shapes.get(name)!.reduce((a, b) => a * b, 1)))
    .reduce((sum, one) => sum + one, 0);
  return `${formatCount(size)} (${((100 * size) / countParameters(config)).toFixed(1)} %)`;
}
