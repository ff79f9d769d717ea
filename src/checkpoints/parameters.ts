/**
 * From the tensors that lie in a file to the parameters of a model: works out the configuration that the weights show,
 * holds it against the one that a file states, and checks that every parameter is there once, in a usable type and in
 * its shape. All formats of weights end here.
 */

import { DataError, UserError } from '../errors.js';
import type { ArchitectureDescriptor } from '../models/architecture.js';
import { architectures } from '../models/architectures.js';
import { type ModelConfig, registeredModels, UNTIED_HEAD } from '../models/config.js';
import { parameterShapes } from '../models/parameters.js';
import { dtypeBytes, type WeightData, type WeightDtype, type WeightTensor } from './checkpoint.js';
import type { SizeName, StatedConfig } from './config-file.js';

/** A tensor as it was found, under its canonical name. */
export interface FoundTensor {
  name: string;
  /** Type as the file calls it; only those of `dtypeBytes` are accepted for a parameter. */
  dtype: string;
  shape: number[];
  data: WeightData;
  /** Masked CRC-32C of the data, where the format keeps one. */
  crc32c?: number;
  /** File it was found in, as the user knows it. */
  source: string;
}

/** What neither weights nor configuration say and the user does. */
export interface Assumptions {
  /** `--heads`. */
  nHead?: number;
}

/** A model's configuration and parameters, found complete and consistent. */
export interface AssembledParameters {
  config: ModelConfig;
  /** In the order of `parameterShapes(config)`. */
  tensors: Map<string, WeightTensor>;
  /** Tensors of a usable type that are no parameter. */
  extraTensors: Map<string, WeightTensor>;
  warnings: string[];
}

/**
 * Puts the parameters of a model together. `source` names the checkpoint in messages about something missing.
 *
 * Throws DataError, naming file, tensor or key, expected and found, when a parameter is missing, there twice, or of a
 * wrong shape or type, or when `stated` contradicts the weights; UserError when the number of heads is nowhere stated.
 */
export function assembleParameters(
  found: readonly FoundTensor[],
  stated: StatedConfig | undefined,
  source: string,
  assumptions: Assumptions = {},
): AssembledParameters {
  const byName = new Map<string, FoundTensor>();
  for (const tensor of found) {
    const first = byName.get(tensor.name);
    if (first !== undefined) {
      throw new DataError({
        file: tensor.source,
        at: tensor.name,
        problem: 'the tensor is there twice.',
        expected: 'one',
        found: first.source === tensor.source ? 'two in this file' : `another in ${first.source}`,
      });
    }
    byName.set(tensor.name, tensor);
  }
  const warnings = [...(stated?.warnings ?? [])];
  const config = reconcile(byName, stated, source, { assumptions, warnings });

  const tensors = new Map<string, WeightTensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const tensor = byName.get(name);
    if (tensor === undefined) throw missing(name, shape, source);
    if (`${tensor.shape}` !== `${shape}`) {
      throw new DataError({
        file: tensor.source,
        at: name,
        problem: 'the tensor has a wrong shape.',
        expected: `[${shape}]`,
        found: `[${tensor.shape}]`,
      });
    }
    tensors.set(name, toWeightTensor(tensor));
    byName.delete(name);
  }
  const extraTensors = new Map<string, WeightTensor>();
  for (const [name, tensor] of byName) {
    if (isWeightDtype(tensor.dtype)) extraTensors.set(name, toWeightTensor(tensor));
  }
  if (byName.size > 0) {
    const names = [...byName.keys()];
    const list =
      names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    warnings.push(`${source} also holds tensors that are no part of the language model: ${list}.`);
  }
  return { config, tensors, extraTensors, warnings };
}

/** The configuration of the weights, after a look at whether `stated` says the same. */
function reconcile(
  byName: Map<string, FoundTensor>,
  stated: StatedConfig | undefined,
  source: string,
  { assumptions, warnings }: { assumptions: Assumptions; warnings: string[] },
): ModelConfig {
  const architecture = architectureOf(byName, source);
  const { name, attends, vocabulary } = architecture;
  if (stated?.architecture !== undefined && stated.architecture !== name) {
    throw contradiction(stated, 'model_type', name, stated.architecture, source);
  }
  const matrix = (tensor: string, meaning: string) => matrixShape(byName, tensor, meaning, source);
  const { nInner: inner, units, ...shown } = architecture.shownSizes(matrix, byName.keys());
  checkSizes({ ...shown, ...(units !== undefined && { units }) }, stated, source);
  const { vocabSize, nEmbd, nLayer } = shown;
  const nCtx = shown.nCtx ?? stated?.sizes.nCtx?.value ?? 512;
  // Weights without positions take any length, so a usual one is assumed.
  if ((shown.nCtx ?? stated?.sizes.nCtx) === undefined)
    warnings.push(`${source}: the longest sequence is not stated; 512 tokens assumed.`);
  const sizes = { architecture: name, vocabSize, nCtx, nEmbd, nLayer };
  const nHead = attends ? headsOf(sizes, stated, assumptions, source) : 0;
  const { nInner = 4 * nEmbd, ...network } = stated?.network?.(architecture) ?? {};
  if (stated?.network !== undefined && inner !== undefined && nInner !== inner)
    throw contradiction(stated, 'n_inner', inner, nInner, source);
  const head = byName.get(UNTIED_HEAD);
  if (head !== undefined && !architecture.canBeUntied) {
    throw new DataError({
      file: head.source,
      at: UNTIED_HEAD,
      problem: `${architecture.label}: its output projection is always the token embedding.`,
      expected: 'the token embedding, or nothing',
      found: 'other numbers',
    });
  }
  if (stated?.untiedHead && head === undefined) throw missing(UNTIED_HEAD, [vocabSize, nEmbd], source);
  const kind = stated?.vocabulary ?? vocabulary ?? 'gpt2';
  return {
    ...{ architecture: name, nLayer, nHead, nEmbd, nCtx, vocabSize },
    layerNormEpsilon: stated?.layerNormEpsilon ?? 1e-5,
    ...network,
    ...(inner !== undefined && inner !== 4 * nEmbd && { nInner: inner }),
    ...(head !== undefined && { untiedHead: true as const }),
    ...(units !== undefined && { units }),
    ...(kind !== vocabulary && { vocabulary: kind }),
  };
}

/** The number of attention heads, which weights do not show. */
function headsOf(
  sizes: Parameters<typeof nHeadOfRelease>[0],
  stated: StatedConfig | undefined,
  assumptions: Assumptions,
  source: string,
): number {
  const nHead = stated?.sizes.nHead?.value ?? nHeadOfRelease(sizes) ?? assumptions.nHead;
  if (nHead === undefined) {
    throw new UserError(`${source}: the number of attention heads is not stated anywhere.`, {
      hint: `Say it with --heads (models of the papers have one for each 64 channels, here ${sizes.nEmbd / 64}), or put a config.json with "n_head" beside the weights.`,
    });
  }
  if (assumptions.nHead !== undefined && assumptions.nHead !== nHead) {
    throw new UserError(`--heads ${assumptions.nHead}: ${stated?.file ?? source} has ${nHead} heads.`, {
      hint: 'Leave --heads away: it is for weights that come without this number.',
    });
  }
  if (sizes.nEmbd % nHead === 0) return nHead;
  throw new DataError({
    file: stated?.file ?? source,
    at: stated?.sizes.nHead?.key ?? 'n_head',
    problem: 'the number of heads does not divide the width.',
    expected: `a divisor of ${sizes.nEmbd}`,
    found: nHead,
  });
}

function checkSizes(
  shown: Partial<Record<SizeName, number>>,
  stated: StatedConfig | undefined,
  source: string,
): void {
  for (const [name, value] of Object.entries(shown) as [SizeName, number][]) {
    const size = stated?.sizes[name];
    if (stated && size && size.value !== value)
      throw contradiction(stated, size.key, value, size.value, source);
  }
}

function architectureOf(byName: Map<string, FoundTensor>, source: string): ArchitectureDescriptor {
  const found = architectures.find(({ embeddings: [tokens] }) => byName.has(tokens));
  if (found !== undefined) return found;
  throw new DataError({
    file: source,
    problem: 'these are not the weights of a GPT-1, a GPT-2 or an LSTM: the token embedding is missing.',
    expected: 'a tensor wte.weight, tokens_embed.weight or embedding.weight',
    found: byName.size === 0 ? 'no tensors' : `${[...byName.keys()].slice(0, 4).join(', ')} …`,
  });
}

function matrixShape(
  byName: Map<string, FoundTensor>,
  name: string,
  meaning: string,
  source: string,
): [number, number] {
  const tensor = byName.get(name);
  if (tensor === undefined) throw missing(name, meaning, source);
  if (tensor.shape.length !== 2 || tensor.shape.includes(0)) {
    throw new DataError({
      file: tensor.source,
      at: name,
      problem: 'the tensor has a wrong shape.',
      expected: meaning,
      found: `[${tensor.shape}]`,
    });
  }
  return tensor.shape as [number, number];
}

/** Weights do not show how many heads they are cut into; those with all sizes of a released model are taken for it. */
function nHeadOfRelease(
  sizes: Pick<ModelConfig, 'architecture' | 'vocabSize' | 'nCtx' | 'nEmbd' | 'nLayer'>,
): number | undefined {
  const released = registeredModels.find(({ config }) =>
    (Object.keys(sizes) as (keyof typeof sizes)[]).every((key) => config[key] === sizes[key]),
  );
  return released?.config.nHead;
}

function toWeightTensor({ name, dtype, shape, data, crc32c, source }: FoundTensor): WeightTensor {
  if (!isWeightDtype(dtype)) {
    throw new DataError({
      file: source,
      at: name,
      problem: 'the tensor has a type that no weight may have.',
      expected: Object.keys(dtypeBytes).join(', '),
      found: dtype,
    });
  }
  return { name, dtype, shape, data, ...(crc32c === undefined ? {} : { crc32c }) };
}

function isWeightDtype(dtype: string): dtype is WeightDtype {
  return Object.hasOwn(dtypeBytes, dtype);
}

function missing(name: string, shape: number[] | string, source: string): DataError {
  return new DataError({
    file: source,
    at: name,
    problem: 'the tensor is missing.',
    expected: typeof shape === 'string' ? shape : `[${shape}]`,
    found: 'nothing',
  });
}

function contradiction(
  stated: StatedConfig,
  key: string,
  expected: string | number,
  found: string | number,
  source: string,
): DataError {
  return new DataError({
    file: stated.file,
    at: key,
    problem: `it contradicts the weights in ${source}.`,
    expected,
    found,
  });
}
