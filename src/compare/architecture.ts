/** The networks themselves, side by side. */
import { formatCount } from '../format.js';
import { describe } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters, embeddingNames, parameterShapes } from '../models/parameters.js';
import type { ComparedModel } from './model.js';
import type { Section } from './section.js';

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
    of: (config) => describe(config).about.network,
  },
  {
    what: 'layers',
    of: ({ nLayer, units }) =>
      units === undefined ? formatCount(nLayer) : `${nLayer}, of ${formatCount(units)} units`,
  },
  { what: 'width', of: ({ nEmbd }) => formatCount(nEmbd) },
  {
    what: 'inner width',
    of: (config) => (describe(config).attends ? formatCount(config.nInner ?? 4 * config.nEmbd) : 'none'),
  },
  {
    what: 'heads',
    of: ({ nHead, nEmbd }) => (nHead === 0 ? 'none' : `${nHead}, of ${nEmbd / nHead} channels each`),
  },
  {
    what: 'inner width',
    of: (config) => (describe(config).attends ? formatCount(config.nInner ?? 4 * config.nEmbd) : 'none'),
  },
  {
    what: 'activation',
    of: (config) =>
      describe(config).attends
        ? activationLabels[config.activation ?? 'tanh GELU']
        : 'gates: sigmoid and tanh',
  },
  {
    what: 'scores of attention are divided by',
    of: describeScaling,
  },
  {
    what: 'context',
    of: (config) =>
      describe(config).embeddings.length === 1
        ? 'as long as memory lasts'
        : `${formatCount(config.nCtx)} tokens, learned positions`,
  },
  { what: 'vocabulary', of: ({ vocabSize }) => formatCount(vocabSize) },
  { what: 'layer norm', of: (config) => describe(config).about.layerNorm },
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

function describeScaling(config: ModelConfig): string {
  const { scaleAttnWeights, scaleAttnByInverseLayerIdx } = config;
  if (!describe(config).attends) return 'none';
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
