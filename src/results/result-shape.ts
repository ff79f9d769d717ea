import {
  type Check,
  count,
  dictionary,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  sha256,
  text,
  textOrNumber,
} from '../files/json-shape.js';
import { architectures } from '../models/architectures.js';
import { activations, type ModelConfig } from '../models/config.js';
import type { ModelIdentity, OnnxIdentity } from './model-identity.js';
import {
  type DataIdentity,
  type Detail,
  type EvaluationSettings,
  type FinetuningRecord,
  type Metric,
  metricUnits,
  RESULT_SCHEMA,
  type Result,
  type SweepRecord,
} from './result.js';

const metricShape = object<Metric>({
  id: text,
  label: text,
  value: number,
  standardError: orNull(number),
  n: count,
  unit: oneOf(...metricUnits),
  higherIsBetter: flag,
});

const modelShape = object<ModelIdentity>({
  name: text,
  format: oneOf('safetensors', 'pytorch', 'openai-npy', 'tensorflow', 'gguf', 'onnx', 'none'),
  commit: optional(text),
  dtype: optional(oneOf('q8', 'q4')),
  exportOf: optional(text),
  sha256,
  parameters: count,
  config: object<ModelConfig>({
    architecture: oneOf(...architectures.map(({ name }) => name)),
    nLayer: count,
    nHead: count,
    nEmbd: count,
    nCtx: count,
    vocabSize: count,
    layerNormEpsilon: number,
    activation: optional(oneOf(...activations)),
    nInner: optional(count),
    scaleAttnWeights: optional(flag),
    scaleAttnByInverseLayerIdx: optional(flag),
    untiedHead: optional(flag),
    units: optional(count),
    vocabulary: optional(oneOf('gpt1', 'gpt2')),
  }),
  tokenizer: object<ModelIdentity['tokenizer']>({ name: text, fingerprint: text }),
  notes: optional(list(text)),
  onnx: optional(object<OnnxIdentity>({ file: text, numbers: text, isDynamic: optional(flag) })),
});

const dataShape = object<DataIdentity>({
  name: text,
  source: oneOf('file', 'sample', 'hub'),
  file: text,
  sha256,
  rows: count,
  complete: flag,
  own: optional(flag),
  notes: optional(list(text)),
});

const detailShape = object<Detail>({
  id: text,
  title: text,
  columns: list(text, 1),
  quotes: optional(list(text)),
  rows: list(list(textOrNumber)),
});

const finetuningShape = object<FinetuningRecord>({
  train: dataShape,
  // Which settings there are is for the version that wrote it to know.
  settings: dictionary(orNull(number)),
  changed: list(text),
  counts: object<FinetuningRecord['counts']>({ examples: count, truncatedExamples: count, updates: count }),
  epochs: list(
    object<FinetuningRecord['epochs'][number]>({ trainLoss: number, devLoss: number, score: number }),
    1,
  ),
  bestEpoch: count,
});

const sweepShape = object<SweepRecord>({
  setting: oneOf('seed', 'transfer-layers'),
  runs: list(
    object<SweepRecord['runs'][number]>({
      value: number,
      file: text,
      fingerprint: text,
      metrics: dictionary(number),
    }),
    2,
  ),
  seeds: optional(list(count, 2)),
  spread: optional(
    list(
      object<NonNullable<SweepRecord['spread']>[number]>({
        deviation: number,
        min: number,
        max: number,
        best: count,
      }),
      1,
    ),
  ),
});

/** A result as `result.ts` describes it. Keys that this version does not know are let through. */
export const resultShape: Check = object<Result>({
  schema: oneOf(RESULT_SCHEMA),
  task: object<Result['task']>({
    name: text,
    title: text,
    version: count,
    variant: optional(dictionary(text)),
  }),
  model: modelShape,
  data: dataShape,
  settings: object<EvaluationSettings>({
    limit: orNull(count),
    batchTokens: count,
    device: text,
    seed: optional(number),
  }),
  fingerprint: text,
  metrics: list(metricShape, 1),
  details: optional(list(detailShape)),
  finetuning: optional(finetuningShape),
  sweep: optional(sweepShape),
  counts: object<Result['counts']>({
    examples: count,
    inputTokens: count,
    scoredTokens: count,
    truncatedExamples: count,
  }),
  deviations: list(text),
  command: text,
  environment: object<Result['environment']>({
    gpt: text,
    node: text,
    onnxruntime: text,
    platform: text,
    cpu: text,
    threads: count,
  }),
  time: object<Result['time']>({ finishedAt: text, scoringSeconds: number, tokensPerSecond: number }),
});
