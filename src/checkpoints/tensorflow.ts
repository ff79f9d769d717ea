/**
 * OpenAI's GPT-2 release: a TensorFlow checkpoint (`model.ckpt.index`, `model.ckpt.data-00000-of-00001`) and
 * `hparams.json`. The index is a LevelDB table from variable name to BundleEntryProto; under the empty name it has a
 * BundleHeaderProto (tensorflow/core/protobuf/tensor_bundle.proto). Numbers lie raw in the data files.
 */

import { readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError, UserError } from '../errors.js';
import { findTextFile } from '../files/decode.js';
import { dtypeBytes, type WeightDtype, type WeightsCheckpoint } from './checkpoint.js';
import { readConfigFile, readHparamsFile } from './config-file.js';
import { roundTensor } from './doubles.js';
import { readTable } from './leveldb-table.js';
import { type Assumptions, assembleParameters, type FoundTensor } from './parameters.js';
import { bytesSource, readFields } from './protobuf-reader.js';
import { fileSize } from './read-range.js';

/** tensorflow/core/framework/types.proto: DT_FLOAT, DT_DOUBLE, DT_BFLOAT16, DT_HALF. */
const dtypes = new Map<number, WeightDtype | 'F64'>([
  [1, 'F32'],
  [2, 'F64'],
  [14, 'BF16'],
  [19, 'F16'],
]);

/** A BundleEntryProto: where a variable lies and what it is. */
interface BundleEntry {
  dtype: number;
  shape: number[];
  shard: number;
  offset: number;
  lengthBytes: number;
  crc32c: number;
  isSliced: boolean;
}

/** Name without ending (`…/model.ckpt`) of the TensorFlow checkpoint in a folder, or undefined if there is none. */
export async function findTensorflowPrefix(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.index'));
  const prefixes = names.map((name) => name.slice(0, -'.index'.length));
  const [first] = prefixes;
  if (first === undefined || prefixes.length === 1) return first && path.join(folder, first);
  // Several steps of a training lie side by side: the file `checkpoint` names the newest.
  const state = (await findTextFile(path.join(folder, 'checkpoint'))) ?? '';
  const newest = /^model_checkpoint_path:\s*"([^"]*)"/m.exec(state)?.[1];
  if (newest !== undefined && prefixes.includes(path.basename(newest))) {
    return path.join(folder, path.basename(newest));
  }
  throw new UserError(`${folder} holds several TensorFlow checkpoints: ${names.join(', ')}.`, {
    hint: 'Name the .index file of the one you mean.',
  });
}

/** Opens a TensorFlow checkpoint of GPT-2 by its name without ending, e.g. `124M/model.ckpt`. */
export async function openTensorflow(
  prefix: string,
  assumptions: Assumptions = {},
): Promise<WeightsCheckpoint> {
  const indexFile = `${prefix}.index`;
  const folder = path.dirname(prefix);
  await fileSize(indexFile);
  const entries = readTable(await readFile(indexFile), indexFile);
  const shards = await readHeader(entries.get(''), prefix, indexFile);
  const found: FoundTensor[] = [];
  for (const [variable, bytes] of entries) {
    const name = canonicalName(variable);
    if (name === undefined) continue;
    const tensor = locate(name, variable, readEntry(bytes, indexFile), shards, indexFile);
    found.push(tensor.dtype === 'F64' ? await roundTensor(tensor) : tensor);
  }
  const stated = (await readHparamsFile(folder)) ?? (await readConfigFile(folder));
  const { config, tensors, warnings } = assembleParameters(found, stated, indexFile, assumptions);
  if (stated === undefined)
    warnings.unshift(`${folder} has no hparams.json; sizes were taken from the weights.`);
  return {
    kind: 'weights',
    format: 'tensorflow',
    config,
    tensors,
    files: shards.map(({ real }) => real),
    folder,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** `model/h0/attn/c_attn/w` → `h.0.attn.c_attn.weight`; undefined for optimizer slots and step counters. */
function canonicalName(variable: string): string | undefined {
  const name = variable.replace(/^model\//, '');
  if (name === 'wte' || name === 'wpe') return `${name}.weight`;
  const norm = /^ln_f\/([gb])$/.exec(name);
  if (norm) return `ln_f.${norm[1] === 'g' ? 'weight' : 'bias'}`;
  const inLayer = /^h(\d+)\/(ln_1|ln_2|attn\/c_attn|attn\/c_proj|mlp\/c_fc|mlp\/c_proj)\/([wgb])$/.exec(name);
  if (!inLayer) return undefined;
  const [, layer, part, kind] = inLayer as unknown as [string, string, string, string];
  return `h.${layer}.${part.replace('/', '.')}.${kind === 'b' ? 'bias' : 'weight'}`;
}

interface Shard {
  shown: string;
  real: string;
  sizeBytes: number;
}

async function readHeader(
  bytes: Uint8Array | undefined,
  prefix: string,
  indexFile: string,
): Promise<Shard[]> {
  if (bytes === undefined)
    throw new DataError({ file: indexFile, problem: 'the header of the index is missing.' });
  let count = 0;
  for (const { number, value } of readFields(bytesSource(bytes, indexFile))) {
    if (number === 1) count = value;
    if (number === 2 && value !== 0) {
      throw new DataError({
        file: indexFile,
        at: 'endianness',
        problem: 'the numbers are stored big-endian, which is not supported.',
      });
    }
  }
  const digits = (value: number) => String(value).padStart(5, '0');
  const names = Array.from({ length: count }, (_, i) => `${prefix}.data-${digits(i)}-of-${digits(count)}`);
  return Promise.all(
    names.map(async (shown) => ({ shown, sizeBytes: await fileSize(shown), real: await realpath(shown) })),
  );
}

function readEntry(bytes: Uint8Array, indexFile: string): BundleEntry {
  const source = bytesSource(bytes, indexFile);
  const entry: BundleEntry = {
    dtype: 0,
    shape: [],
    shard: 0,
    offset: 0,
    lengthBytes: 0,
    crc32c: 0,
    isSliced: false,
  };
  for (const { number, value, start, end } of readFields(source)) {
    if (number === 1) entry.dtype = value;
    else if (number === 2) {
      // TensorShapeProto: one Dim message (field 2) for each axis, its size in field 1.
      for (const dim of readFields(source, start, end)) {
        if (dim.number !== 2) continue;
        let size = 0;
        for (const field of readFields(source, dim.start, dim.end))
          if (field.number === 1) size = field.value;
        entry.shape.push(size);
      }
    } else if (number === 3) entry.shard = value;
    else if (number === 4) entry.offset = value;
    else if (number === 5) entry.lengthBytes = value;
    else if (number === 6) entry.crc32c = value;
    else if (number === 7) entry.isSliced = true;
  }
  return entry;
}

function locate(
  name: string,
  variable: string,
  entry: BundleEntry,
  shards: readonly Shard[],
  indexFile: string,
): FoundTensor {
  const { shape, offset, lengthBytes } = entry;
  const shard = shards[entry.shard];
  const dtype = dtypes.get(entry.dtype);
  const wrong = (problem: string, expected: string | number, found: string | number, file = indexFile) =>
    new DataError({ file, at: variable, problem, expected, found });
  if (shard === undefined)
    throw wrong('the data file does not exist.', `0 to ${shards.length - 1}`, entry.shard);
  if (entry.isSliced)
    throw wrong('the variable was saved in slices, which is not supported.', 'one piece', 'slices');
  if (dtype === undefined) {
    throw wrong(
      'the variable has a type that no weight may have.',
      'DT_FLOAT, DT_DOUBLE, DT_HALF, DT_BFLOAT16',
      entry.dtype,
    );
  }
  const expectedBytes = shape.reduce(
    (product, size) => product * size,
    dtype === 'F64' ? 8 : dtypeBytes[dtype],
  );
  if (lengthBytes !== expectedBytes) {
    throw wrong(`the length of the data does not fit type and shape [${shape}].`, expectedBytes, lengthBytes);
  }
  if (offset + lengthBytes > shard.sizeBytes) {
    const needed = `at least ${offset + lengthBytes} bytes`;
    throw wrong(
      'the file ends before the data does, so it was cut short.',
      needed,
      shard.sizeBytes,
      shard.shown,
    );
  }
  // The leading 1 of a block's matrices is the width of a convolution over time.
  const matrix = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  return {
    name,
    dtype,
    shape: matrix,
    data: { file: shard.real, offset, lengthBytes },
    crc32c: entry.crc32c,
    source: shard.shown,
  };
}
