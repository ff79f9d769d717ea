import type { ModelConfig } from '../models/config.js';

/** How a stored number is laid out. All little-endian. */
export type WeightDtype = 'F32' | 'F16' | 'BF16';

/** Bytes of one number of that type. */
export const dtypeBytes: Record<WeightDtype, number> = { F32: 4, F16: 2, BF16: 2 };

/** Where the numbers of a tensor lie: in a file that is used as it is, or in memory where no single run of bytes holds them. */
export type WeightData =
  | {
      /** Real path (symbolic links resolved). */
      file: string;
      /** Byte offset of the first number; need not be aligned. */
      offset: number;
      lengthBytes: number;
    }
  | { bytes: Uint8Array };

/** One parameter of a model. */
export interface WeightTensor {
  /** Canonical name, as `parameterShapes` spells it, without `transformer.` prefix. */
  name: string;
  dtype: WeightDtype;
  shape: number[];
  data: WeightData;
}

/** A checkpoint whose parameters are all there, with the shapes that its configuration asks for. */
export interface WeightsCheckpoint {
  kind: 'weights';
  /** `safetensors`, `openai-npy` or `tensorflow`. */
  format: 'safetensors' | 'openai-npy' | 'tensorflow';
  config: ModelConfig;
  /** One entry per parameter of `parameterShapes(config)`, in that order. */
  tensors: Map<string, WeightTensor>;
  /** Every file that holds weights, real paths, sorted: what a hash of the checkpoint covers. */
  files: string[];
  /** Folder the user named, where tokenizer files are looked for. */
  folder: string;
}

/** A ready-made ONNX export: a graph that somebody else wrote, run as it is. */
export interface OnnxCheckpoint {
  kind: 'onnx';
  format: 'onnx';
  config: ModelConfig;
  /** The `.onnx` file, real path. */
  file: string;
  files: string[];
  folder: string;
}

/** What `openCheckpoint` returns. */
export type Checkpoint = WeightsCheckpoint | OnnxCheckpoint;
