/**
 * Checkpoints in the Hugging Face layout: `config.json` and `model.safetensors`, or in older repositories `pytorch_model.bin`;
 * for large models `model.safetensors.index.json` or `pytorch_model.bin.index.json` and the shards that it lists.
 */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../errors.js';
import { isJsonObject, readJsonObject } from '../files/json-file.js';
import { embeddingNames } from '../models/config.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { readConfigFile } from './config-file.js';
import { assembleParameters, type FoundTensor } from './parameters.js';
import { readPytorchTensors } from './pytorch.js';
import { readRange } from './read-range.js';
import { readSafetensorsHeader } from './safetensors.js';

/**
 * Opens a `.safetensors` file, or a `.safetensors.index.json` with its shards, and the `config.json` beside it. Without
 * that file everything is worked out from the weights and a warning says what had to be guessed.
 */
export function openSafetensors(file: string): Promise<WeightsCheckpoint> {
  return openTensors(file, { format: 'safetensors', ending: '.safetensors', read: readTensors });
}

/** The same for `pytorch_model.bin` and `pytorch_model.bin.index.json`. */
export function openPytorch(file: string): Promise<WeightsCheckpoint> {
  return openTensors(file, { format: 'pytorch', ending: '.bin', read: readCanonical });
}

/** How the files of a format are read. */
interface TensorFiles {
  format: 'safetensors' | 'pytorch';
  /** Of the names of shards. */
  ending: string;
  /** The tensors of one file, under canonical names. */
  read(file: string): Promise<FoundTensor[]>;
}

async function openTensors(file: string, files: TensorFiles): Promise<WeightsCheckpoint> {
  const found = file.endsWith('.index.json') ? await readShards(file, files) : await files.read(file);
  const folder = path.dirname(file);
  await checkTied(found);
  const stated = await readConfigFile(folder);
  const parameters = found.filter(({ name }) => !isLeftOut(name));
  const { config, tensors, extraTensors, warnings } = assembleParameters(parameters, stated, file);
  if (stated === undefined)
    warnings.unshift(`${folder} has no config.json; sizes were taken from the weights.`);
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

/** Causal masks stored as buffers, and the output projection, which is the token embedding again. */
function isLeftOut(name: string): boolean {
  return (
    /^h\.\d+\.attn\.(bias|masked_bias)$/.test(name) || name === 'lm_head.weight' || name === 'position_ids'
  );
}

async function readTensors(file: string): Promise<FoundTensor[]> {
  const { entries } = await readSafetensorsHeader(file);
  const real = await realpath(file);
  return entries.map(({ name, dtype, shape, offset, lengthBytes }) => ({
    name: canonicalName(name),
    dtype,
    shape,
    data: { file: real, offset, lengthBytes },
    source: file,
  }));
}

async function readCanonical(file: string): Promise<FoundTensor[]> {
  const found = await readPytorchTensors(file);
  return found.map((tensor) => ({ ...tensor, name: canonicalName(tensor.name) }));
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
    const stored = new Set(tensors.map(({ name }) => name));
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
 * The graphs use the token embedding as output projection. A checkpoint with an output projection of its own must not
 * be run like that, so where both are stored they are compared byte by byte: fine-tuning can leave any row unchanged.
 */
async function checkTied(found: readonly FoundTensor[]): Promise<void> {
  const head = found.find(({ name }) => name === 'lm_head.weight');
  const embeddings = (['gpt1', 'gpt2', 'lstm'] as const).map((name) => embeddingNames(name)[0]);
  const tokens = found.find(({ name }) => embeddings.includes(name));
  if (!head || !tokens) return;
  if (
    `${head.shape}` !== `${tokens.shape}` ||
    head.dtype !== tokens.dtype ||
    !(await sameBytes(head, tokens))
  ) {
    throw new DataError({
      file: head.source,
      at: 'lm_head.weight',
      problem: 'the output projection is not tied to the token embedding, which every model here requires.',
      expected: `a copy of ${tokens.name}, ${tokens.dtype} [${tokens.shape}]`,
      found: `${head.dtype} [${head.shape}]${`${head.shape}` === `${tokens.shape}` ? ' with other numbers' : ''}`,
    });
  }
}

/** Bytes read at a time when two tensors are compared. */
const comparedBytes = 2 ** 24;

async function sameBytes(a: FoundTensor, b: FoundTensor): Promise<boolean> {
  const [one, other] = [fileRange(a), fileRange(b)];
  if (one.lengthBytes !== other.lengthBytes) return false;
  for (let at = 0; at < one.lengthBytes; at += comparedBytes) {
    const length = Math.min(comparedBytes, one.lengthBytes - at);
    const [ours, theirs] = await Promise.all([
      readRange(one.file, one.offset + at, length, a.source),
      readRange(other.file, other.offset + at, length, b.source),
    ]);
    if (Buffer.compare(ours, theirs) !== 0) return false;
  }
  return true;
}

function fileRange({ data, source }: FoundTensor): { file: string; offset: number; lengthBytes: number } {
  if ('bytes' in data) throw new TypeError(`${source} has its tensors in the file`);
  return data;
}
