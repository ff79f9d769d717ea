/**
 * Checkpoints in the Hugging Face layout: `config.json` and `model.safetensors`, or in older repositories `pytorch_model.bin`;
 * for large models `model.safetensors.index.json` or `pytorch_model.bin.index.json` and the shards that it lists.
 */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { isJsonObject, readJsonObject } from '../files/json-file.js';
import { architectures } from '../models/architectures.js';
import { UNTIED_HEAD } from '../models/config.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { readConfigFile } from './config-file.js';
import { roundTensor } from './doubles.js';
import { type Assumptions, assembleParameters, type FoundTensor } from './parameters.js';
import { readPytorchTensors } from './pytorch.js';
import { readRange } from './read-range.js';
import { readSafetensorsHeader } from './safetensors.js';

/**
 * Opens a `.safetensors` file, or a `.safetensors.index.json` with its shards, and the `config.json` beside it. Without
 * that file everything is worked out from the weights and `assumptions`, and a warning says so.
 */
export function openSafetensors(file: string, assumptions: Assumptions = {}): Promise<WeightsCheckpoint> {
  return openTensors(file, assumptions, { format: 'safetensors', ending: '.safetensors', read: readTensors });
}

/** The same for `pytorch_model.bin` and `pytorch_model.bin.index.json`. */
export function openPytorch(file: string, assumptions: Assumptions = {}): Promise<WeightsCheckpoint> {
  return openTensors(file, assumptions, { format: 'pytorch', ending: '.bin', read: readPytorchTensors });
}

/** How the files of a format are read. */
interface TensorFiles {
  format: 'safetensors' | 'pytorch';
  /** Of the names of shards. */
  ending: string;
  /** The tensors of one file, under the names they have there. */
  read(file: string): Promise<FoundTensor[]>;
}

async function openTensors(
  file: string,
  assumptions: Assumptions,
  files: TensorFiles,
): Promise<WeightsCheckpoint> {
  const read = file.endsWith('.index.json') ? await readShards(file, files) : await files.read(file);
  const found = await Promise.all(read.map(canonical));
  const folder = path.dirname(file);
  const stated = await readConfigFile(folder);
  // A copy that the configuration calls untied is a parameter of its own all the same.
  const isCopy = stated?.untiedHead !== true && (await isTiedCopy(found));
  const parameters = found.filter(({ name }) => !isBuffer(name) && !(isCopy && name === UNTIED_HEAD));
  const { config, tensors, extraTensors, warnings } = assembleParameters(
    parameters,
    stated,
    file,
    assumptions,
  );
  if (stated === undefined)
    warnings.unshift(
      `${folder} has no config.json that says anything about the model; sizes were taken from the weights.`,
    );
  const shown = [...new Set(found.map(({ source }) => source))].sort();
  return {
    kind: 'weights',
    format: files.format,
    config,
    tensors,
    ...(extraTensors.size > 0 ? { extraTensors } : {}),
    files: await Promise.all(shown.map((source) => realpath(source))),
    folder,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** Published names have or lack the name of the module that holds the blocks, depending on who saved the model. */
function canonicalName(name: string): string {
  return name.startsWith('transformer.') ? name.slice('transformer.'.length) : name;
}

/** Causal masks and numbers of positions, stored as buffers. */
function isBuffer(name: string): boolean {
  return /^h\.\d+\.attn\.(bias|masked_bias)$/.test(name) || name === 'position_ids';
}

async function readTensors(file: string): Promise<FoundTensor[]> {
  const { entries } = await readSafetensorsHeader(file);
  const real = await realpath(file);
  return entries.map(({ name, dtype, shape, offset, lengthBytes }) => {
    return { name, dtype, shape, source: file, data: { file: real, offset, lengthBytes } };
  });
}

/** A tensor under its canonical name. Numbers of 64 bits are rounded once, into memory; all others are read where they lie. */
async function canonical(tensor: FoundTensor): Promise<FoundTensor> {
  const named = { ...tensor, name: canonicalName(tensor.name) };
  return named.dtype === 'F64' && !isBuffer(named.name) ? roundTensor(named) : named;
}

async function readShards(indexFile: string, { ending, read }: TensorFiles): Promise<FoundTensor[]> {
  const index = await readJsonObject(indexFile);
  const shardOf = index?.weight_map;
  if (!isJsonObject(shardOf)) {
    throw new DataError({ file: indexFile, at: 'weight_map', problem: 'the list of tensors is missing.' });
  }
  const listed = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(shardOf)) {
    // A shard lies beside its index; anything else could point at any file of the machine.
    if (typeof shard !== 'string' || shard !== path.basename(shard) || !shard.endsWith(ending)) {
      throw new DataError({
        file: indexFile,
        at: name,
        problem: 'the shard is not the name of a file in this folder.',
        expected: `a name ending in ${ending}`,
        found: JSON.stringify(shard),
      });
    }
    listed.set(shard, (listed.get(shard) ?? new Set()).add(canonicalName(name)));
  }
  const found: FoundTensor[] = [];
  for (const [shard, names] of [...listed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = path.join(path.dirname(indexFile), shard);
    const tensors = await read(file);
    const stored = new Set(tensors.map(({ name }) => canonicalName(name)));
    const lost = [...names].find((name) => !stored.has(name));
    if (lost !== undefined) {
      throw new DataError({
        file,
        at: lost,
        problem: `the tensor is missing, although ${path.basename(indexFile)} lists it for this file.`,
      });
    }
    found.push(...tensors);
  }
  return found;
}

/**
 * Whether the output projection is the token embedding, stored once more. Where both are stored and differ transformers takes the
 * projection as it is, whatever the configuration says, and so do we; fine-tuning can leave any row unchanged, so all bytes are
 * compared. A projection of another shape or type is never a copy.
 */
async function isTiedCopy(found: readonly FoundTensor[]): Promise<boolean> {
  const head = found.find(({ name }) => name === UNTIED_HEAD);
  const embeddings = architectures.map(({ embeddings: [name] }) => name);
  const tokens = found.find(({ name }) => embeddings.includes(name));
  if (!head || !tokens) return true;
  return `${head.shape}` === `${tokens.shape}` && head.dtype === tokens.dtype && sameBytes(head, tokens);
}

/** Bytes read at a time when two tensors are compared. */
const comparedBytes = 2 ** 24;

async function sameBytes(a: FoundTensor, b: FoundTensor): Promise<boolean> {
  const [one, other] = [byteSource(a), byteSource(b)];
  if (one.lengthBytes !== other.lengthBytes) return false;
  for (let at = 0; at < one.lengthBytes; at += comparedBytes) {
    const length = Math.min(comparedBytes, one.lengthBytes - at);
    const [ours, theirs] = await Promise.all([one.read(at, length), other.read(at, length)]);
    if (Buffer.compare(ours, theirs) !== 0) return false;
  }
  return true;
}

function byteSource({ data, source }: FoundTensor) {
  if ('bytes' in data) {
    const { bytes } = data;
    return {
      lengthBytes: bytes.length,
      read: async (at: number, length: number) => bytes.subarray(at, at + length),
    };
  }
  const { file, offset, lengthBytes } = data;
  return { lengthBytes, read: (at: number, length: number) => readRange(file, offset + at, length, source) };
}
