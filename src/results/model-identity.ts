import type { Checkpoint } from '../checkpoints/checkpoint.js';
import type { ModelConfig } from '../models/config.js';

/** What `--dtype` accepts: 32-bit numbers, or matrices in blocks of 8 or 4 bits (docs/precision.md). */
export const dtypes = ['fp32', 'q8', 'q4'] as const;
/** One of `dtypes`. */
export type Dtype = (typeof dtypes)[number];

/** Which model a result belongs to. */
export interface ModelIdentity {
  /**
   * Registered name (`gpt2`), hub id (`owner/name`, `owner/name:file`), or `local/…`, `random/…` for anything that is not published;
   * behind it the number type of an ONNX graph or of rounded weights, unless it is float32: `owner/name:onnx/model_fp16.onnx float16`,
   * `gpt2 q8`.
   */
  name: string;
  format: Checkpoint['format'] | 'none';
  /** Commit of the repository on the hub that the files are of; absent for any other model. */
  commit?: string;
  /** What the matrices were computed in; absent for `fp32`. */
  dtype?: Exclude<Dtype, 'fp32'>;
  /** sha256 (hex) over the weight files. */
  sha256: string;
  parameters: number;
  config: ModelConfig;
  tokenizer: { name: string; fingerprint: string };
  /** The registered model that a ready-made ONNX model from the hub is an export of. */
  exportOf?: string;
  /** Only of a ready-made ONNX model. */
  onnx?: OnnxIdentity;
  /** What had to be assumed, was left out or is done otherwise than its files say, in sentences; absent when nothing was. */
  notes?: string[];
}

/** What a result must say of a graph that somebody else wrote. */
export interface OnnxIdentity {
  /** The file as seen from the model's folder: `onnx/model_fp16.onnx`. */
  file: string;
  /** Least exact number type that it computes with: `float32`, `float16`, `int8`, `int4 with float16` … */
  numbers: string;
  /** It quantises activations by what is in their tensor (docs/onnx.md); absent where it does not. */
  isDynamic?: true;
}

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
