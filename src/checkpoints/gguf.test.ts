import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError, UserError } from '../errors.js';
import { openModel } from '../runtime/open-model.js';
import { openScorer } from '../runtime/scorer.js';
import { type GgufEntry, type GgufTensorToWrite, ggufOf } from '../testing/gguf-writer.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import { toFloat16 } from '../training/model-files.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { contentDigest } from './content-digest.js';
import { openGguf } from './gguf.js';
import { openCheckpoint } from './open.js';
import { readTensor } from './read-tensor.js';
import { writeSafetensors } from './safetensors-writer.js';

let folder = '';
let original: WeightsCheckpoint;
const numbers = new Map<string, Float32Array<ArrayBuffer>>();
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'));
  original = (await openCheckpoint(path.join(folder, 'model'))) as WeightsCheckpoint;
  for (const [name, tensor] of original.tensors) numbers.set(name, await readTensor(tensor));
});
afterAll(() => rm(folder, { recursive: true }));

/** Names as the converter of llama.cpp gives them. */
const ggufName = (name: string) =>
  name
    .replace('wte', 'token_embd')
    .replace('wpe', 'position_embd')
    .replace('ln_f', 'output_norm')
    .replace(/^h\.(\d+)\.(attn\.c_attn|attn\.c_proj|ln_1|ln_2|mlp\.c_fc|mlp\.c_proj)/, (_, layer, part) => {
      const names: Record<string, string> = {
        ...{ 'attn.c_attn': 'attn_qkv', 'attn.c_proj': 'attn_output', ln_1: 'attn_norm', ln_2: 'ffn_norm' },
        ...{ 'mlp.c_fc': 'ffn_up', 'mlp.c_proj': 'ffn_down' },
      };
      return `blk.${layer}.${names[part]}`;
    });

/** Blocks of 32 numbers: a scale, here always a power of 2, and a byte each. Returns the bytes and what they stand for. */
function quantise(values: Float32Array): { bytes: Uint8Array; values: Float32Array<ArrayBuffer> } {
  const bytes = new Uint8Array((values.length / 32) * 34);
  const rounded = new Float32Array(values.length);
  for (let block = 0; block * 32 < values.length; block++) {
    const own = values.subarray(block * 32, block * 32 + 32);
    const exponent = Math.ceil(
      Math.log2(own.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3) / 127),
    );
    const half = toFloat16(Float32Array.of(2 ** exponent))[0]!;
    bytes.set([half & 255, half >> 8], block * 34);
    own.forEach((value, i) => {
      // Bytes have no negative zero.
      const whole = Math.round(value / 2 ** exponent) + 0;
      bytes[block * 34 + 2 + i] = whole;
      rounded[block * 32 + i] = whole * 2 ** exponent;
    });
  }
  return { bytes, values: rounded };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

const metadata: Record<string, GgufEntry> = {
  'general.architecture': { text: 'gpt2' },
  'gpt2.block_count': { u32: tinyConfig.nLayer },
  'gpt2.context_length': { u32: tinyConfig.nCtx },
  'gpt2.embedding_length': { u32: tinyConfig.nEmbd },
  'gpt2.attention.head_count': { u32: tinyConfig.nHead },
  'gpt2.attention.layer_norm_epsilon': { f32: 1e-5 },
  'tokenizer.ggml.model': { text: 'gpt2' },
  'tokenizer.ggml.pre': { text: 'gpt-2' },
  'tokenizer.ggml.tokens': { texts: [...byteTokenizerFiles().vocab.keys()] },
  'tokenizer.ggml.merges': { texts: ['h e'].slice(1) },
};

/** The model as tensors of a GGUF file; matrices in the given type, and what they then are. */
function ggufTensors(type: 'F32' | 'F16' | 'Q8_0'): { tensors: GgufTensorToWrite[]; values: typeof numbers } {
  const values: typeof numbers = new Map();
  const tensors = [...numbers].map(([name, own]): GgufTensorToWrite => {
    const { shape } = original.tensors.get(name)!;
    const turned = shape.length === 2 && name.startsWith('h.');
    const stored = turned ? transposed(own, shape[0]!, shape[1]!) : own;
    const place = { name: ggufName(name), shape: turned ? [...shape].reverse() : shape };
    if (shape.length === 1 || type === 'F32') {
      values.set(name, own);
      return { ...place, type: 0, bytes: new Uint8Array(stored.buffer) };
    }
    if (type === 'F16') {
      values.set(name, own);
      return { ...place, type: 1, bytes: new Uint8Array(toFloat16(stored).buffer) };
    }
    const quantised = quantise(stored);
    values.set(name, turned ? transposed(quantised.values, shape[1]!, shape[0]!) : quantised.values);
    return { ...place, type: 8, bytes: quantised.bytes };
  });
  return { tensors, values };
}

async function write(
  name: string,
  tensors: readonly GgufTensorToWrite[],
  changes: Record<string, GgufEntry> = {},
) {
  const file = path.join(folder, name);
  await writeFile(file, ggufOf({ ...metadata, ...changes }, tensors));
  return file;
}

async function logProbsOf(checkpoint: WeightsCheckpoint): Promise<number[]> {
  const scorer = await openScorer(checkpoint);
  try {
    const requests = [{ ids: [1, 200, 30, 44, 5, 256], from: 1 }];
    for await (const { results } of scorer.score(requests, [{ members: [0], columns: 5 }]))
      return results[0]!.logProbs;
    return [];
  } finally {
    await scorer.close();
  }
}

describe('a GGUF file', () => {
  test('in 32 bits is the model itself, sizes and tokenizer included', async () => {
    const file = await write('f32.gguf', ggufTensors('F32').tensors);
    const checkpoint = await openGguf(file);
    expect(checkpoint).toMatchObject({ format: 'gguf', config: tinyConfig, folder });
    expect(checkpoint.warnings).toBeUndefined();
    expect(await contentDigest(checkpoint)).toEqual(await contentDigest(original));
    expect(await logProbsOf(checkpoint)).toEqual(await logProbsOf(original));
    const env = { GPT_CACHE: path.join(folder, 'cache'), HOME: folder };
    const model = await openModel(file, { env });
    expect(model.tokenizer.encode('Zoë')).toEqual([57, 78, 127, 104]);
    expect(model.tokenizer.endOfText).toEqual([256]);
    expect(model.identity.format).toBe('gguf');
  });

  test('in 16 bits has its numbers rounded, the embedding where it lies', async () => {
    const checkpoint = (await openCheckpoint(
      await write('f16.gguf', ggufTensors('F16').tensors),
    )) as WeightsCheckpoint;
    expect(checkpoint.tensors.get('wte.weight')).toMatchObject({
      dtype: 'F16',
      data: { offset: expect.any(Number) },
    });
    const matrix = await readTensor(checkpoint.tensors.get('h.1.mlp.c_fc.weight')!);
    const own = numbers.get('h.1.mlp.c_fc.weight')!;
    matrix.forEach((value, i) => {
      expect(Math.abs(value - own[i]!)).toBeLessThanOrEqual(Math.abs(own[i]!) / 2048 + 1e-7);
    });
  });

  test('quantised gives the log-probabilities of the dequantised weights, and says that it is', async () => {
    const { tensors, values } = ggufTensors('Q8_0');
    const checkpoint = await openGguf(await write('q8.gguf', tensors));
    expect(checkpoint.warnings).toEqual([expect.stringContaining('rounded to Q8_0')]);
    const same = path.join(folder, 'model', 'dequantised.safetensors');
    await writeSafetensors(
      same,
      [...values].map(([name, own]) => ({
        ...{ name, dtype: 'F32' as const, shape: original.tensors.get(name)!.shape },
        data: new Uint8Array(own.buffer),
      })),
    );
    const expected = (await openCheckpoint(same)) as WeightsCheckpoint;
    expect(await contentDigest(checkpoint)).toEqual(await contentDigest(expected));
    const found = await logProbsOf(checkpoint);
    (await logProbsOf(expected)).forEach((logProb, place) => {
      expect(found[place]).toBeCloseTo(logProb, 5);
    });
  });

  test('with the embedding a second time as output is read as tied, with another output as a head of its own', async () => {
    const { tensors } = ggufTensors('F32');
    const embedding = tensors.find(({ name }) => name === 'token_embd.weight')!;
    const head = { ...embedding, name: 'output.weight' };
    const tied = await openGguf(await write('tied.gguf', [...tensors, head]));
    expect(tied.config).not.toHaveProperty('untiedHead');
    expect(tied.tensors.size).toBe(original.tensors.size);
    // Twice the embedding: every logit is twice what it was.
    const doubled = new Float32Array(embedding.bytes.slice().buffer).map((value) => 2 * value);
    const own = { ...head, bytes: new Uint8Array(doubled.buffer) };
    const untied = await openGguf(await write('untied.gguf', [...tensors, own]));
    expect(untied.config.untiedHead).toBe(true);
    expect(untied.warnings).toEqual([expect.stringContaining('as by llama.cpp')]);
    const same = path.join(folder, 'model', 'untied.safetensors');
    const numbersOf = (name: string) =>
      name === 'lm_head.weight' ? Promise.resolve(doubled) : readTensor(original.tensors.get(name)!);
    await writeSafetensors(
      same,
      await Promise.all(
        [...untied.tensors].map(async ([name, { shape }]) => ({
          ...{ name, dtype: 'F32' as const, shape },
          data: new Uint8Array((await numbersOf(name)).buffer),
        })),
      ),
    );
    const expected = await logProbsOf((await openCheckpoint(same)) as WeightsCheckpoint);
    const found = await logProbsOf(untied);
    expect(found).not.toEqual(await logProbsOf(tied));
    expected.forEach((logProb, place) => {
      expect(found[place]).toBeCloseTo(logProb, 5);
    });
  });

  test('that is not to be read is refused by what it is', async () => {
    const { tensors } = ggufTensors('F32');
    const refused = async (
      file: Promise<string> | string,
      error: typeof UserError | typeof DataError,
      message: string,
    ) => {
      const opening = openGguf(await file);
      await expect(opening).rejects.toBeInstanceOf(error);
      await expect(opening).rejects.toThrow(message);
    };
    const first = tensors[0]!;
    const as = (type: number) => [{ ...first, type }, ...tensors.slice(1)];
    await refused(
      write('q4k.gguf', as(12)),
      DataError,
      'token_embd.weight: the type of its numbers is not read. Expected F32, F16, Q4_0, Q8_0, Q6_K, found Q4_K',
    );
    await refused(write('q6k.gguf', as(14)), DataError, 'a multiple of 256, found 64');
    await refused(
      write('llama.gguf', tensors, { 'general.architecture': { text: 'llama' } }),
      UserError,
      'architecture llama',
    );
    await refused(
      write('heads.gguf', tensors, { 'gpt2.block_count': { u32: 3 } }),
      DataError,
      'gpt2.block_count',
    );
    await refused(
      write('rules.gguf', tensors, { 'tokenizer.ggml.pre': { text: 'llama-bpe' } }),
      UserError,
      'not that of GPT-2',
    );
    await refused(
      write('twice.gguf', tensors, { 'tokenizer.ggml.tokens': { texts: ['a', 'b', 'a'] } }),
      DataError,
      '"a" is token 0 already',
    );
    await refused(write('lacking.gguf', tensors.slice(0, -1)), DataError, 'ln_f.bias: the tensor is missing');
    const whole = ggufOf(metadata, tensors);
    const other = path.join(folder, 'other.gguf');
    const refusedBytes = async (bytes: Uint8Array, message: string) => {
      await writeFile(other, bytes);
      await refused(other, DataError, message);
    };
    await refusedBytes(whole.subarray(0, whole.length - 100), 'the file ends before the data does');
    await refusedBytes(whole.subarray(0, 500), 'the file ends within its header');
    await refusedBytes(Buffer.from('once upon a time there was a'), 'this is no GGUF file');
    await refusedBytes(ggufOf(metadata, tensors, 1), 'Expected 2 or 3, little-endian, found 1');
  });
});
