import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import type { Checkpoint } from './checkpoint.js';
import { openGguf } from './gguf.js';
import { openGpt1Npy, shapesFileName } from './gpt1-npy.js';
import { openPytorch, openSafetensors } from './huggingface.js';
import { findOnnxFile } from './onnx-choice.js';
import { type ExportDtype, fitsGraph, isOfWeights, noSuchExport, onlyExports } from './onnx-dtype.js';
import { openOnnx } from './onnx-file.js';
import type { Assumptions } from './parameters.js';
import { findTensorflowPrefix, openTensorflow } from './tensorflow.js';

/** What a folder is searched for, in this order. */
const recognised =
  'model.safetensors, model.safetensors.index.json, one other .safetensors file, pytorch_model.bin, pytorch_model.bin.index.json, params_shapes.json with params_0.npy …, ' +
  'model.ckpt.index, model.onnx, decoder_model.onnx or decoder_model_merged.onnx (also in onnx/), and one .gguf file';

/** What a checkpoint is opened with. */
export interface OpenCheckpointOptions extends Assumptions {
  /** Which of several ONNX files, and what the model must then be; the most exact by default. */
  dtype?: ExportDtype;
}

/** PyTorch's files under their usual names, whole and in shards. */
const pytorchNames = ['pytorch_model.bin', 'pytorch_model.bin.index.json'] as const;

/**
 * Opens a checkpoint of any known format: a folder, or a file in it. Nothing but headers is read.
 *
 * In a folder safetensors win over the original releases (NumPy, TensorFlow), and those over ONNX: weights run in this
 * tool's own graphs, an ONNX file in somebody else's; a GGUF file comes last. To run one of several, name the file. What a file is, its name
 * says: in the hub cache the names are links to files called by their checksum.
 *
 * `options` are what the user says of weights that come without it, and which ONNX file is meant. Throws UserError when nothing is there or nothing in it is known; DataError when what is there is damaged.
 */
export async function openCheckpoint(
  location: string,
  options: OpenCheckpointOptions = {},
): Promise<Checkpoint> {
  const found = await stat(location).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
    throw new UserError(`No such file or folder: ${location}`, { cause });
  });
  const { dtype, ...assumptions } = options;
  const checkpoint = await (found.isDirectory()
    ? openFolder(location, assumptions, dtype)
    : openFile(location, assumptions));
  if (dtype === undefined) return checkpoint;
  if (checkpoint.kind === 'weights' && !isOfWeights(dtype)) throw onlyExports(dtype, location);
  if (checkpoint.kind === 'onnx' && !fitsGraph(checkpoint.numbers.type, dtype))
    throw noSuchExport(location, dtype, [`${checkpoint.name} (${checkpoint.numbers.type})`]);
  return checkpoint;
}

async function openFolder(
  folder: string,
  assumptions: Assumptions,
  dtype?: ExportDtype,
): Promise<Checkpoint> {
  const names = (await readdir(folder)).sort();
  if (dtype !== undefined && !isOfWeights(dtype)) {
    const onnx = await findOnnxFile(folder, dtype);
    if (onnx !== undefined) return { ...(await openOnnx(onnx.file)), others: onnx.others };
  }
  for (const name of ['model.safetensors', 'model.safetensors.index.json']) {
    if (names.includes(name)) return openSafetensors(path.join(folder, name), assumptions);
  }
  const [onlySafetensors, ...more] = names.filter((name) => name.endsWith('.safetensors'));
  if (onlySafetensors !== undefined && more.length === 0)
    return openSafetensors(path.join(folder, onlySafetensors), assumptions);
  for (const name of pytorchNames)
    if (names.includes(name)) return openPytorch(path.join(folder, name), assumptions);
  for (const place of [folder, path.join(folder, 'model')]) {
    const inside = place === folder ? names : await readdir(place).catch(() => []);
    if (inside.includes(shapesFileName)) return openGpt1Npy(place);
  }
  const prefix = await findTensorflowPrefix(folder);
  if (prefix !== undefined) return openTensorflow(prefix, assumptions);
  const onnx = await findOnnxFile(folder, dtype);
  if (onnx !== undefined) return { ...(await openOnnx(onnx.file)), others: onnx.others };
  const [onlyGguf, ...moreGguf] = names.filter((name) => name.endsWith('.gguf'));
  if (onlyGguf !== undefined && moreGguf.length === 0) return openGguf(path.join(folder, onlyGguf));

  const shown = names.length > 12 ? [...names.slice(0, 12), `… (${names.length - 12} more)`] : names;
  throw new UserError(
    `${folder} holds no checkpoint. Looked for ${recognised}. It holds ${shown.join(', ') || 'nothing'}.`,
    { hint: more.length > 0 ? 'Name the .safetensors file you mean.' : hintFor(names) },
  );
}

async function openFile(file: string, assumptions: Assumptions): Promise<Checkpoint> {
  const name = path.basename(file);
  if (/\.safetensors(\.index\.json)?$/.test(name)) return openSafetensors(file, assumptions);
  if (/\.(bin|pt|pth)(\.index\.json)?$/.test(name)) return openPytorch(file, assumptions);
  if (name.endsWith('.gguf')) return openGguf(file);
  if (name.endsWith('.onnx')) return openOnnx(file);
  if (name === shapesFileName || /^params_\d+\.npy$/.test(name)) return openGpt1Npy(path.dirname(file));
  const tensorflow = /^(.*)\.(index|meta|data-\d+-of-\d+)$/.exec(file);
  if (tensorflow) return openTensorflow(tensorflow[1]!, assumptions);
  // These belong to a checkpoint without being one: the folder is meant.
  if (['config.json', 'hparams.json', 'checkpoint'].includes(name))
    return openFolder(path.dirname(file), assumptions);
  throw new UserError(`${file} is not a checkpoint.`, {
    hint: 'Known are .safetensors, .safetensors.index.json, pytorch_model.bin, .onnx, params_*.npy, .ckpt.index and .gguf.',
  });
}

/** A PyTorch file under another name may be anything: the state of an optimiser as well as a model. */
function hintFor(names: readonly string[]): string | undefined {
  if (names.some((name) => name.endsWith('.gguf'))) return 'Name the .gguf file you mean.';
  const file = names.find((name) => /\.(bin|pt|pth)$/.test(name));
  return file && `If ${file} is the model, name the file itself.`;
}
