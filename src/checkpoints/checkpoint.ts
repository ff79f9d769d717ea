import type { BlockFormat } from '../models/block-matrix.js';
import type { ModelConfig } from '../models/config.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import type { OnnxInterface } from './onnx-interface.js';
import type { OnnxNumbers } from './onnx-numbers.js';

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
  /** Masked CRC-32C of the data, where the format keeps one (TensorFlow); `verifyWeights` compares it. */
  crc32c?: number;
}

/** A checkpoint whose parameters are all there, with the shapes that its configuration asks for. */
export interface WeightsCheckpoint {
  kind: 'weights';
  format: 'safetensors' | 'pytorch' | 'openai-npy' | 'tensorflow' | 'gguf';
  config: ModelConfig;
  /** One entry per parameter of `parameterShapes(config)`, in that order. */
  tensors: Map<string, WeightTensor>;
  /** Tensors that belong to no parameter: the heads of a fine-tuned model. Mask buffers and tied copies are left out. */
  extraTensors?: Map<string, WeightTensor>;
  /**
   * Every file that holds weights: what a hash of the checkpoint covers. Real paths, in the order of the names they
   * have in the folder, which, unlike the real ones, are the same on every machine.
   */
  files: string[];
  /** Folder of the model, where tokenizer files are looked for: the one the user named, or that of the file. */
  folder: string;
  /** The vocabulary, where it lies in the same file as the weights (GGUF). */
  tokenizer?: TokenizerFiles;
  /** Matrices in few bits, which are computed with in place of those in `tensors`. */
  blocks?: BlockWeights;
  /** What had to be assumed or was left out, one sentence each, to be told to the user; absent when nothing was. */
  warnings?: string[];
}

/** The matrices of a model in few bits, in one file (block-weights.ts). */
export interface BlockWeights {
  format: BlockFormat;
  /** Real path. */
  file: string;
  /** By the name of the parameter: rows [N], columns [K], and the byte offsets of its numbers and of its scales. */
  matrices: ReadonlyMap<string, { rows: number; columns: number; numbers: number; scales: number }>;
}

/** An ONNX file and what its graph asks for. */
export interface OnnxGraphFile {
  /** The `.onnx` file, real path. */
  file: string;
  /** The file as seen from the model's folder: `onnx/model_fp16.onnx`. */
  name: string;
  /**
   * Files with weights that the graph points to. `location` is the name as the graph spells it, `file` the real path:
   * ONNX Runtime finds a file by its location only where both lie in one folder, which they do not in the hub cache.
   */
  externalData?: { location: string; file: string }[];
  interface: OnnxInterface;
}

/** A ready-made ONNX export: a graph that somebody else wrote, run as it is. */
export interface OnnxCheckpoint extends OnnxGraphFile {
  kind: 'onnx';
  format: 'onnx';
  config: ModelConfig;
  /** Of an export in two files the second one: it goes on from the keys and values of the first. */
  withPast?: OnnxGraphFile;
  /** Names of the other ONNX files of a folder that it was chosen from. */
  others?: string[];
  numbers: OnnxNumbers;
  /** Number of parameters, as far as sizes tell. */
  parameters: number;
  /** Each graph followed by its external data in order of location; real paths. */
  files: string[];
  folder: string;
  warnings?: string[];
}

/** What `openCheckpoint` returns. */
export type Checkpoint = WeightsCheckpoint | OnnxCheckpoint;
