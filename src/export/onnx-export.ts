import { existsSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Checkpoint, WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { formatConfigFile } from '../checkpoints/config-file.js';
import { checkpointWeights } from '../checkpoints/graph-weights.js';
import { fileSize } from '../checkpoints/read-range.js';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { checkFreeSpace, explainWriteError } from '../files/space.js';
import { encodeOnnx } from '../graph/onnx.js';
import type { Piece } from '../graph/protobuf.js';
import { exportGraph } from '../models/graphs.js';
import { vocabularyKind } from '../models/parameters.js';
import { boundaryIds } from '../tokenizers/text-boundaries.js';
import {
  allTokenizerFiles,
  boundariesOf,
  hasTokenizerFiles,
  readTokenizerFiles,
  writeTokenizerFiles,
} from '../tokenizers/tokenizer-files.js';
import { externalDataFile } from './external-data.js';
import { pieceBytes, writePieces } from './file-pieces.js';

/** A protocol-buffer message may not be longer, so larger models keep their weights in a file of their own. */
const LARGEST_MESSAGE_BYTES = 2 ** 31 - 1;

/** Oldest operation set that has all operations used (Gelu came with 20): the older, the more programs read it. */
const EXPORT_OPSET = 20;

const MODEL_FILE = 'model.onnx';
const DATA_FILE = 'model.onnx_data';

/** What would be read together with an export although it belongs to another model. */
const unplannedFiles = [...allTokenizerFiles, 'generation_config.json'];

/** Settings of an export. */
export interface ExportOptions {
  signal?: AbortSignal;
  /** Bytes written so far and in total, all files together. */
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Largest `model.onnx` that holds its weights itself. Default: what a protocol buffer can hold. */
  externalDataAbove?: number;
  /** Replaces files of an earlier export. Without it, any file in the way is an error. */
  force?: boolean;
}

/** What an export wrote. */
export interface ExportedModel {
  folder: string;
  /** Names in the folder, `model.onnx` first. */
  files: string[];
  sizeBytes: number;
  /** Sentences for the user, for instance that there is no tokenizer. Empty when the export is complete. */
  notes: string[];
}

/** One file to be written. */
interface PlannedFile {
  name: string;
  pieces: Piece[];
}

/**
 * Writes a checkpoint as a plain ONNX model that any ONNX runtime runs: `model.onnx` (`input_ids` int64 [B, T] →
 * `logits` float32 [B, T, V], standard operations of opset 20), `config.json` and the tokenizer of the checkpoint's folder
 * in the Hugging Face layout. Models too large for one protocol buffer get their weights in `model.onnx_data` beside it. Weights are copied
 * as they are stored: those of 16 bits stay so and are converted when the model is loaded.
 *
 * Nothing is ever half written: each file appears when it is whole, `model.onnx` last, and after a failure no file of
 * this export is left. Throws UserError when the checkpoint is an ONNX model already, when a file is in the way or when
 * the folder cannot be written to.
 */
export async function exportOnnx(
  checkpoint: Checkpoint,
  folder: string,
  options: ExportOptions = {},
): Promise<ExportedModel> {
  if (checkpoint.kind === 'onnx') {
    throw new UserError(`${checkpoint.file} is an ONNX model already.`, {
      hint: 'Copy its folder, or name a checkpoint with weights (safetensors, or the TensorFlow and NumPy files of the original releases).',
    });
  }
  const vocabulary = vocabularyKind(checkpoint.config);
  const notes: string[] = [];
  if (checkpoint.extraTensors?.size) {
    const names = [...checkpoint.extraTensors.keys()].join(', ');
    notes.push(`Only the language model is exported, not what fine-tuning added: ${names}.`);
  }
  const planned: PlannedFile[] = [
    ...encodeModel(checkpoint, options.externalDataAbove ?? LARGEST_MESSAGE_BYTES),
  ];
  const config = JSON.parse(formatConfigFile(checkpoint.config)) as object;
  const staging = await mkdtemp(path.join(tmpdir(), 'gpt-export-'));
  try {
    if (await hasTokenizerFiles(checkpoint.folder, vocabulary)) {
      const { vocabSize: rows } = checkpoint.config;
      const tokenizer = await readTokenizerFiles(checkpoint.folder, vocabulary, { rows });
      await writeTokenizerFiles(staging, vocabulary, tokenizer);
      Object.assign(config, boundaryIds(boundariesOf(tokenizer, vocabulary)));
    } else {
      notes.push(
        `${checkpoint.folder} has no tokenizer, so the export has none: it takes and gives token ids.`,
      );
    }
    planned.push({ name: 'config.json', pieces: [jsonBytes(config)] });
    for (const name of (await readdir(staging)).sort()) {
      const file = path.join(staging, name);
      planned.push({ name, pieces: [{ file, offset: 0, lengthBytes: await fileSize(file) }] });
    }
    const sizeBytes = planned
      .flatMap(({ pieces }) => pieces)
      .reduce((sum, piece) => sum + pieceBytes(piece), 0);
    await writeFiles(planned, folder, checkpoint.folder, sizeBytes, options);
    return { folder, files: planned.map(({ name }) => name), sizeBytes, notes };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function jsonBytes(json: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`);
}

/** `model.onnx`, and `model.onnx_data` where the model would be larger than `limit` bytes with its weights inside. */
function encodeModel(checkpoint: WeightsCheckpoint, limit: number): PlannedFile[] {
  const graph = exportGraph(checkpoint.config, checkpointWeights(checkpoint));
  const whole = encodeOnnx({ ...graph, opset: EXPORT_OPSET });
  if (whole.reduce((sum, piece) => sum + pieceBytes(piece), 0) <= limit) {
    return [{ name: MODEL_FILE, pieces: whole }];
  }
  const { placement, pieces } = externalDataFile(DATA_FILE);
  const model = encodeOnnx({ ...graph, opset: EXPORT_OPSET, placement });
  return [
    { name: MODEL_FILE, pieces: model },
    { name: DATA_FILE, pieces },
  ];
}

async function writeFiles(
  planned: readonly PlannedFile[],
  folder: string,
  checkpointFolder: string,
  totalBytes: number,
  { force = false, signal, onProgress }: ExportOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const where = { path: folder, variable: '--output' };
  const written: string[] = [];
  let created: string | undefined;
  try {
    created = await makeFolder(folder);
    await checkDestination(planned, folder, checkpointFolder, force);
    await checkFreeSpace(where, totalBytes);
    // An old graph must not meet new weights if this export is interrupted, nor old weights stay beside a new graph.
    for (const name of [MODEL_FILE, DATA_FILE, ...unplannedFiles]) {
      await rm(path.join(folder, name), { force: true });
    }
    let done = 0;
    // From the last to the first: where there is a model.onnx, everything it needs is there.
    for (const { name, pieces } of planned.toReversed()) {
      const file = path.join(folder, name);
      await writeAtomically(file, (handle) =>
        writePieces(
          handle,
          pieces,
          (count) => {
            done += count;
            onProgress?.(done, totalBytes);
          },
          signal,
        ),
      );
      written.push(file);
    }
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    // Succeeds only while the folder is empty, which is what is wanted.
    if (created !== undefined) await rmdir(folder).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new UserError(`Cannot write to ${folder}: a file is in the way.`, {
        hint: 'Choose another folder with --output.',
        cause: error,
      });
    }
    throw explainWriteError(error, where);
  }
}

/** Throws UserError when the export would replace what it should not. */
async function checkDestination(
  planned: readonly PlannedFile[],
  folder: string,
  checkpointFolder: string,
  force: boolean,
): Promise<void> {
  // Its own config.json and tokenizer would be overwritten, and a folder with two models in it is a riddle.
  if ((await realpath(folder)) === (await realpath(checkpointFolder))) {
    throw new UserError(`${folder} is the folder of the checkpoint itself.`, {
      hint: 'Choose another folder with --output.',
    });
  }
  const names = new Set([...planned.map(({ name }) => name), DATA_FILE, ...unplannedFiles]);
  const inTheWay = [...names].filter((name) => existsSync(path.join(folder, name)));
  if (inTheWay.length > 0 && !force) {
    throw new UserError(`${folder} already holds ${inTheWay.join(', ')}.`, {
      hint: 'Choose another folder with --output, or replace them with --force.',
    });
  }
}
