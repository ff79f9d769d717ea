/** Which model a result belongs to. The type follows from the shape. */
import {
  count,
  list,
  number,
  object,
  oneOf,
  optional,
  sha256,
  type TypeOf,
  text,
} from '../files/json-shape.js';
import { architectures } from '../models/architectures.js';
import { activations, type ModelConfig } from '../models/config.js';

/** What is either there and true, or not there. */
const present = oneOf(true);

const configShape = object<ModelConfig>({
  architecture: oneOf(...architectures.map(({ name }) => name)),
  nLayer: count,
  nHead: count,
  nEmbd: count,
  nCtx: count,
  vocabSize: count,
  layerNormEpsilon: number,
  activation: optional(oneOf(...activations)),
  nInner: optional(count),
  scaleAttnWeights: optional(oneOf(false)),
  scaleAttnByInverseLayerIdx: optional(present),
  untiedHead: optional(present),
  units: optional(count),
  vocabulary: optional(oneOf('gpt1', 'gpt2')),
});

const onnxShape = object({
  /** The file as seen from the model's folder: `onnx/model_fp16.onnx`. */
  file: text,
  /** Least exact number type that it computes with: `float32`, `float16`, `int8`, `int4 with float16` … */
  numbers: text,
  /** It quantises activations by what is in their tensor (docs/onnx.md); absent where it does not. */
  isDynamic: optional(present),
});

/** What a result must say of a graph that somebody else wrote. */
export type OnnxIdentity = TypeOf<typeof onnxShape>;

/** The shape of `ModelIdentity`. */
export const modelShape = object({
  /**
   * Registered name (`gpt2`), hub id (`owner/name`, `owner/name:file`), or `local/…`, `random/…` for anything that is not published;
   * behind it the number type of an ONNX graph or of rounded weights, unless it is float32: `owner/name:onnx/model_fp16.onnx float16`,
   * `gpt2 q8`.
   */
  name: text,
  format: oneOf('safetensors', 'pytorch', 'openai-npy', 'tensorflow', 'gguf', 'onnx', 'none'),
  /** Commit of the repository on the hub that the files are of; absent for any other model. */
  commit: optional(text),
  /** What the matrices were computed in; absent for `fp32`. */
  dtype: optional(oneOf('q8', 'q4')),
  /** sha256 (hex) over the weight files. */
  sha256,
  parameters: count,
  config: configShape,
  tokenizer: object({ name: text, fingerprint: text }),
  /** The registered model that a ready-made ONNX model from the hub is an export of. */
  exportOf: optional(text),
  /** Only of a ready-made ONNX model. */
  onnx: optional(onnxShape),
  /** What had to be assumed, was left out or is done otherwise than its files say, in sentences; absent when nothing was. */
  notes: optional(list(text)),
});

/** Which model a result belongs to. */
export type ModelIdentity = TypeOf<typeof modelShape>;

/** What stands in a result for the model where only baselines were computed, which need none (`--model none`). */
export const noModel: ModelIdentity = {
  name: 'none',
  format: 'none',
  sha256: '0'.repeat(64),
  parameters: 0,
  config: {
    ...{ architecture: 'gpt2', nLayer: 0, nHead: 0, nEmbd: 0, nCtx: 0, vocabSize: 0 },
    layerNormEpsilon: 0,
  },
  tokenizer: { name: 'none', fingerprint: 'none' },
};
