import type { ModelConfig } from '../models/config.js';
import type { ModelIdentity } from '../runtime/open-model.js';
import { type Check, count, flag, list, number, object, oneOf, orNull, sha256, text } from './json-shape.js';
import {
  type DataIdentity,
  type EvaluationSettings,
  type Metric,
  RESULT_SCHEMA,
  type Result,
} from './result.js';

const metricShape = object<Metric>({
  id: text,
  label: text,
  value: number,
  standardError: orNull(number),
  n: count,
  unit: oneOf('percent', 'perplexity', 'nats', 'bits per byte'),
  higherIsBetter: flag,
});

const modelShape = object<ModelIdentity>({
  name: text,
  format: oneOf('safetensors', 'openai-npy', 'tensorflow', 'onnx'),
  sha256,
  parameters: count,
  config: object<ModelConfig>({
    architecture: oneOf('gpt1', 'gpt2'),
    nLayer: count,
    nHead: count,
    nEmbd: count,
    nCtx: count,
    vocabSize: count,
    layerNormEpsilon: number,
  }),
  tokenizer: object<ModelIdentity['tokenizer']>({ name: text, fingerprint: text }),
});

/** A result as `result.ts` describes it. Keys that this version does not know are let through. */
export const resultShape: Check = object<Result>({
  schema: oneOf(RESULT_SCHEMA),
  task: object<Result['task']>({ name: text, title: text, version: count }),
  model: modelShape,
  data: object<DataIdentity>({
    name: text,
    source: oneOf('file', 'sample', 'hub'),
    file: text,
    sha256,
    rows: count,
    complete: flag,
  }),
  settings: object<EvaluationSettings>({ limit: orNull(count), batchTokens: count, device: text }),
  fingerprint: text,
  metrics: list(metricShape, 1),
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
