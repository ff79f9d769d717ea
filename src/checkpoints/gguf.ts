/**
 * GGUF files of the architecture `gpt2`, as the converter of llama.cpp writes them (conversion of `GPT2LMHeadModel`): names of their own,
 * the matrices of the blocks transposed, sizes and vocabulary among the metadata. What is quantised is turned into 32-bit floats
 * when the file is opened; the rest that lies there as the graphs need it is used where it lies.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError, UserError } from '../errors.js';
import { formatBytes } from '../format.js';
import { UNTIED_HEAD } from '../models/config.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { endOfTextSymbol } from '../tokenizers/tokenizer-json.js';
import { parseTokenizerParts } from '../tokenizers/vocabulary.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import type { SizeName, StatedConfig } from './config-file.js';
import { dequantise, ggmlTypeName, ggmlTypes } from './ggml-types.js';
import { type GgufHeader, type GgufTensor, type GgufValue, readGgufHeader } from './gguf-header.js';
import { assembleParameters, type FoundTensor } from './parameters.js';
import { readRange } from './read-range.js';

/** Most bytes of weights that can be part of a graph: a message of protobuf has at most 2 GB. */
const largestInMemory = 2 ** 31 - 2 ** 24;

const outside: Readonly<Record<string, string>> = {
  'token_embd.weight': 'wte.weight',
  'position_embd.weight': 'wpe.weight',
  'output_norm.weight': 'ln_f.weight',
  'output_norm.bias': 'ln_f.bias',
  'output.weight': UNTIED_HEAD,
};

const inBlock: Readonly<Record<string, string>> = {
  attn_norm: 'ln_1',
  attn_qkv: 'attn.c_attn',
  attn_output: 'attn.c_proj',
  ffn_norm: 'ln_2',
  ffn_up: 'mlp.c_fc',
  ffn_down: 'mlp.c_proj',
};

/**
 * Opens a GGUF file. Throws DataError where it is damaged or has a tensor of a type that is not read, naming both; UserError for another
 * architecture, and for weights that do not fit a graph.
 */
export async function openGguf(file: string): Promise<WeightsCheckpoint> {
  const header = await readGgufHeader(file);
  const { metadata } = header;
  const architecture = metadata.get('general.architecture');
  if (architecture !== 'gpt2') {
    throw new UserError(
      `${file}: this is a model of the architecture ${String(architecture ?? 'that it does not say')}; GGUF is read of gpt2 alone.`,
    );
  }
  const real = await realpath(file);
  const parameters = await withoutTiedHead(header.tensors, file);
  checkMemory(parameters, file);
  const found: FoundTensor[] = [];
  for (const tensor of parameters) found.push(await readGgufTensor(tensor, header, file, real));
  const stated = statedConfig(metadata, file);
  const { config, tensors, extraTensors, warnings } = assembleParameters(found, stated, file);
  const quantised = [...new Set(parameters.map(({ type }) => type))]
    .filter((type) => type > 1)
    .map(ggmlTypeName);
  if (config.untiedHead) {
    warnings.push(
      `${file} has an output projection apart from the token embedding, as older converters write it; it is used, as by llama.cpp.`,
    );
  }
  if (quantised.length > 0) {
    warnings.push(
      `The weights of ${file} are rounded to ${quantised.join(', ')}: numbers differ from those of the model as published.`,
    );
  }
  return {
    kind: 'weights',
    format: 'gguf',
    config,
    tensors,
    ...(extraTensors.size > 0 ? { extraTensors } : {}),
    files: [real],
    folder: path.dirname(file),
    tokenizer: readVocabulary(metadata, file),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/**
 * Older converters write the token embedding a second time as output projection, and quantise the two differently: one that has other
 * bytes is a matrix of its own, with which llama.cpp computes as well.
 */
async function withoutTiedHead(tensors: readonly GgufTensor[], file: string): Promise<GgufTensor[]> {
  const head = tensors.find(({ name }) => name === 'output.weight');
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight');
  if (head === undefined || embedding === undefined) return [...tensors];
  const isCopy =
    head.type === embedding.type &&
    `${head.shape}` === `${embedding.shape}` &&
    (await haveSameBytes(head, embedding, file));
  return isCopy ? tensors.filter((tensor) => tensor !== head) : [...tensors];
}

/** Bytes read at a time when two tensors are compared. */
const comparedBytes = 2 ** 24;

async function haveSameBytes(one: GgufTensor, other: GgufTensor, file: string): Promise<boolean> {
  const lengthBytes = bytesOf(one, file);
  for (let at = 0; at < lengthBytes; at += comparedBytes) {
    const length = Math.min(comparedBytes, lengthBytes - at);
    const [ours, theirs] = await Promise.all(
      [one, other].map(({ offset }) => readRange(file, offset + at, length)),
    );
    if (Buffer.compare(ours!, theirs!) !== 0) return false;
  }
  return true;
}

/** Blocks run along the innermost axis. Throws DataError for a type that is not read and a row that is no number of blocks. */
function bytesOf({ name, type, shape }: GgufTensor, file: string): number {
  const known = ggmlTypes.get(type);
  const readable = [...ggmlTypes.values()].map((one) => one.name).join(', ');
  if (known === undefined) {
    throw new DataError({
      file,
      at: name,
      problem: 'the type of its numbers is not read.',
      expected: readable,
      found: ggmlTypeName(type),
    });
  }
  const row = shape.at(-1) ?? 1;
  if (row % known.numbers !== 0) {
    throw new DataError({
      file,
      at: name,
      problem: `a row is not a whole number of blocks of ${known.name}.`,
      expected: `a multiple of ${known.numbers}`,
      found: row,
    });
  }
  return (sizeOf(shape) / known.numbers) * known.bytes;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Matrices of the blocks are turned round, and quantised ones unpacked: both then lie in memory. */
function checkMemory(tensors: readonly GgufTensor[], file: string): void {
  let bytes = 0;
  for (const { name, type, shape } of tensors) {
    if (type > 1 || isTransposed(name, shape)) bytes += sizeOf(shape) * (type === 1 ? 2 : 4);
    // The token embedding is part of the graph twice, whole and in slices.
    if (type > 1 && name === 'token_embd.weight') bytes += sizeOf(shape) * 4;
  }
  if (bytes <= largestInMemory) return;
  throw new UserError(
    `${file}: its weights take ${formatBytes(bytes)} as 32-bit floats, more than the ${formatBytes(largestInMemory)} that can be held in memory.`,
    { hint: 'Run a model of this size from safetensors, which are used where they lie.' },
  );
}

function isTransposed(name: string, shape: readonly number[]): boolean {
  return name.startsWith('blk.') && shape.length === 2;
}

async function readGgufTensor(
  tensor: GgufTensor,
  { sizeBytes }: GgufHeader,
  file: string,
  real: string,
): Promise<FoundTensor> {
  const { name, type, shape, offset } = tensor;
  const lengthBytes = bytesOf(tensor, file);
  if (!(offset + lengthBytes <= sizeBytes)) {
    throw new DataError({
      ...{ file, at: name, problem: 'the file ends before the data does, so it was cut short.' },
      ...{ expected: `at least ${offset + lengthBytes} bytes`, found: sizeBytes },
    });
  }
  const own = { name: canonicalName(name), source: file };
  const isQuantised = type > 1;
  const dtype = type === 1 ? 'F16' : 'F32';
  const turned = isTransposed(name, shape);
  if (!isQuantised && !turned) return { ...own, dtype, shape, data: { file: real, offset, lengthBytes } };
  const bytes = await readRange(real, offset, lengthBytes, file);
  const numbers = isQuantised
    ? dequantise(ggmlTypes.get(type)!, bytes)
    : dtype === 'F16'
      ? new Uint16Array(bytes.buffer)
      : new Float32Array(bytes.buffer);
  const data = turned ? transpose(numbers, shape[0]!, shape[1]!) : numbers;
  return {
    ...own,
    dtype,
    shape: turned ? [...shape].reverse() : shape,
    data: { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
  };
}

/** A matrix of `rows` × `columns` the other way round. */
function transpose<Numbers extends Float32Array | Uint16Array>(
  from: Numbers,
  rows: number,
  columns: number,
): Numbers {
  const to = from.slice() as Numbers;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column]!;
  }
  return to;
}

/** `blk.0.attn_qkv.weight` → `h.0.attn.c_attn.weight`; a name that the converter does not write stays as it is. */
function canonicalName(name: string): string {
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  const known = part === undefined ? undefined : inBlock[part];
  return known === undefined ? (outside[name] ?? name) : `h.${layer}.${known}.${kind}`;
}

const sizeKeys: Partial<Record<SizeName, string>> = {
  nLayer: 'gpt2.block_count',
  nEmbd: 'gpt2.embedding_length',
  nHead: 'gpt2.attention.head_count',
  nCtx: 'gpt2.context_length',
};

function statedConfig(metadata: ReadonlyMap<string, GgufValue>, file: string): StatedConfig {
  const sizes: StatedConfig['sizes'] = {};
  for (const [name, key] of Object.entries(sizeKeys) as [SizeName, string][]) {
    const value = metadata.get(key);
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw new DataError({
        file,
        at: key,
        problem: 'the size makes no sense.',
        expected: 'a positive integer',
        found: String(value),
      });
    }
    sizes[name] = { key, value };
  }
  const epsilon = metadata.get('gpt2.attention.layer_norm_epsilon');
  return {
    file,
    architecture: 'gpt2',
    sizes,
    // Stored in 32 bits: 1e-5 is there as 9.99999974e-6.
    ...(typeof epsilon === 'number' ? { layerNormEpsilon: Number(epsilon.toPrecision(7)) } : {}),
    warnings: [],
  };
}

/** Tokens and merges as the tokenizer's files have them. */
function readVocabulary(metadata: ReadonlyMap<string, GgufValue>, file: string): TokenizerFiles | undefined {
  const [model, rules, tokens, merges] = ['model', 'pre', 'tokens', 'merges'].map((key) =>
    metadata.get(`tokenizer.ggml.${key}`),
  );
  if (tokens === undefined) return undefined;
  if (
    model !== 'gpt2' ||
    (rules !== undefined && rules !== 'gpt-2' && rules !== 'gpt2' && rules !== 'default')
  ) {
    throw new UserError(`${file}: its tokenizer (${String(model)}, ${String(rules)}) is not that of GPT-2.`);
  }
  const files = parseTokenizerParts(tokens, merges, file);
  const [bos, eos] = ['bos', 'eos'].map((which) => metadata.get(`tokenizer.ggml.${which}_token_id`));
  if (typeof eos !== 'number' || eos === files.vocab.get(endOfTextSymbol)) return files;
  return { ...files, boundaries: { begin: typeof bos === 'number' ? bos : eos, ends: [eos] } };
}
