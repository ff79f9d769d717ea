import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../errors.js';
import { countParameters, parameterShapes } from '../models/parameters.js';
import { referenceFolder } from '../testing/reference.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { openSafetensors } from './huggingface.js';
import { readTensor } from './read-tensor.js';
import { readSafetensorsHeader } from './safetensors.js';
import { type TensorToWrite, writeSafetensors } from './safetensors-writer.js';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const config = {
  model_type: 'gpt2',
  activation_function: 'gelu_new',
  vocab_size: 7,
  n_positions: 5,
  n_embd: 8,
  n_layer: 2,
  n_head: 2,
};

/** Tensors of a model of two layers, each filled with numbers of its own. */
function tinyTensors(): TensorToWrite[] {
  const sizes = { nLayer: 2, nHead: 2, nEmbd: 8, nCtx: 5, vocabSize: 7, layerNormEpsilon: 1e-5 };
  return [...parameterShapes({ architecture: 'gpt2', ...sizes })].map(([name, shape], t) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const numbers = Float32Array.from({ length }, (_, i) => t + i / 1024);
    return { name, dtype: 'F32', shape, data: new Uint8Array(numbers.buffer) };
  });
}

/** Writes a checkpoint into a folder of its own and returns the path of its weights. */
async function save(tensors: TensorToWrite[], json: object | undefined = config): Promise<string> {
  const place = path.join(folder, `model-${count++}`);
  await mkdir(place);
  if (json !== undefined) await writeFile(path.join(place, 'config.json'), JSON.stringify(json));
  const file = path.join(place, 'model.safetensors');
  await writeSafetensors(file, tensors);
  return file;
}

const bytesOf = async (checkpoint: WeightsCheckpoint, name: string) =>
  Buffer.from((await readTensor(checkpoint.tensors.get(name)!)).buffer);

describe('openSafetensors', () => {
  it('finds every parameter in canonical order, in whatever order they are stored', async () => {
    const file = await save(tinyTensors().reverse());
    const checkpoint = await openSafetensors(file);
    expect([...checkpoint.tensors.keys()]).toEqual([...parameterShapes(checkpoint.config).keys()]);
    expect(checkpoint.config).toMatchObject({
      architecture: 'gpt2',
      nLayer: 2,
      nHead: 2,
      nCtx: 5,
      vocabSize: 7,
    });
    expect([...(await readTensor(checkpoint.tensors.get('h.1.ln_2.bias')!))].slice(0, 2)).toEqual([
      21,
      21 + 1 / 1024,
    ]);
    expect(checkpoint.warnings).toBeUndefined();
  });

  it('accepts the transformer. prefix, mask buffers and a tied output projection', async () => {
    const tensors = tinyTensors().map((tensor) => ({ ...tensor, name: `transformer.${tensor.name}` }));
    const embedding = tensors[0]!;
    const mask: TensorToWrite = {
      name: 'transformer.h.0.attn.bias',
      dtype: 'F32',
      shape: [1, 1, 5, 5],
      data: new Uint8Array(100),
    };
    const masked: TensorToWrite = {
      name: 'h.1.attn.masked_bias',
      dtype: 'F32',
      shape: [],
      data: new Uint8Array(4),
    };
    const file = await save([...tensors, mask, masked, { ...embedding, name: 'lm_head.weight' }]);
    const checkpoint = await openSafetensors(file);
    expect(checkpoint.tensors.size).toBe(tensors.length);
    expect(checkpoint.warnings).toBeUndefined();
    expect(checkpoint.extraTensors).toBeUndefined();
  });

  it('keeps the head of a fine-tuned model apart and says so', async () => {
    const head: TensorToWrite = {
      name: 'score.weight',
      dtype: 'F32',
      shape: [3, 8],
      data: new Uint8Array(96),
    };
    const checkpoint = await openSafetensors(await save([...tinyTensors(), head]));
    expect([...checkpoint.extraTensors!.keys()]).toEqual(['score.weight']);
    expect(checkpoint.warnings).toEqual([
      expect.stringContaining('no part of the language model: score.weight'),
    ]);
  });

  it.each([0, 3, 6])('takes an output projection of its own, be it only in row %i of 7', async (row) => {
    const tensors = tinyTensors();
    const changed = Uint8Array.from(tensors[0]!.data as Uint8Array);
    changed[row * 32 + 5]! ^= 1;
    const head = { ...tensors[0]!, name: 'lm_head.weight' };
    const own = await openSafetensors(await save([...tensors, { ...head, data: changed }]));
    expect(own.config.untiedHead).toBe(true);
    expect([...own.tensors.keys()].at(-1)).toBe('lm_head.weight');
    const copy = await openSafetensors(await save([...tensors, head]));
    expect(copy.config).not.toHaveProperty('untiedHead');
    expect(copy.tensors.has('lm_head.weight')).toBe(false);
  });

  it.each<[string, (tensors: TensorToWrite[]) => TensorToWrite[], object]>([
    [
      'a missing tensor',
      (tensors) => tensors.filter(({ name }) => name !== 'h.1.mlp.c_fc.bias'),
      { at: 'h.1.mlp.c_fc.bias', expected: '[32]', found: 'nothing' },
    ],
    [
      'a wrong shape',
      (tensors) => tensors.map((t) => (t.name === 'h.0.attn.c_proj.weight' ? { ...t, shape: [4, 16] } : t)),
      { at: 'h.0.attn.c_proj.weight', expected: '[8,8]', found: '[4,16]' },
    ],
    [
      'an embedding that is no matrix',
      (tensors) => tensors.map((t) => (t.name === 'wte.weight' ? { ...t, shape: [56] } : t)),
      { at: 'wte.weight', expected: '[vocabulary, channels]', found: '[56]' },
    ],
    [
      'a tensor under two spellings of its name',
      (tensors) => [...tensors, { ...tensors[3]!, name: `transformer.${tensors[3]!.name}` }],
      { at: 'h.0.ln_1.bias', expected: 'one', found: 'two in this file' },
    ],
    [
      'another architecture',
      (tensors) => tensors.map((t) => ({ ...t, name: `model.${t.name}` })),
      { expected: 'a tensor wte.weight, tokens_embed.weight or embedding.weight' },
    ],
  ])('refuses %s, naming file, tensor, expected and found', async (_, damage, problem) => {
    const file = await save(damage(tinyTensors()));
    await expect(openSafetensors(file)).rejects.toBeInstanceOf(DataError);
    await expect(openSafetensors(file)).rejects.toMatchObject({ problem: { file, ...problem } });
  });

  it('refuses a parameter whose numbers are not floats of 16 or 32 bits', async () => {
    const file = await save(tinyTensors());
    // I32 is as wide as F32, so that only the type is wrong.
    const bytes = await readFile(file);
    const at = bytes.indexOf('"wpe.weight":{"dtype":"F32"') + '"wpe.weight":{"dtype":"'.length;
    bytes.write('I', at, 'latin1');
    await writeFile(file, bytes);
    await expect(openSafetensors(file)).rejects.toMatchObject({
      problem: { file, at: 'wpe.weight', expected: 'F32, F16, BF16', found: 'I32' },
    });
  });

  it.each([
    ['n_layer', 3, 2],
    ['n_embd', 16, 8],
    ['vocab_size', 8, 7],
    ['n_positions', 1024, 5],
    ['model_type', 'openai-gpt', 'gpt2'],
  ])('refuses a config.json whose %s contradicts the weights', async (key, stated, actual) => {
    const file = await save(tinyTensors(), { ...config, activation_function: 'gelu_new', [key]: stated });
    await expect(openSafetensors(file)).rejects.toMatchObject({
      problem: {
        file: path.join(path.dirname(file), 'config.json'),
        at: key,
        expected: actual,
        found: stated === 'openai-gpt' ? 'gpt1' : stated,
      },
    });
  });

  it('refuses a number of heads that does not divide the width', async () => {
    const file = await save(tinyTensors(), { ...config, n_head: 3 });
    await expect(openSafetensors(file)).rejects.toMatchObject({
      problem: { at: 'n_head', expected: 'a divisor of 8', found: 3 },
    });
  });

  it('does without config.json where the user says the number of heads', async () => {
    const sizes = { architecture: 'gpt1', nLayer: 1, nHead: 2, nEmbd: 128, nCtx: 4, vocabSize: 6 } as const;
    const shapes = [...parameterShapes({ ...sizes, layerNormEpsilon: 1e-5 })];
    const data = (shape: number[]) => new Uint8Array(shape.reduce((product, size) => product * size, 4));
    const place = path.join(folder, 'no-config');
    await mkdir(place);
    const file = path.join(place, 'model.safetensors');
    await writeSafetensors(
      file,
      shapes.map(([name, shape]) => ({ name, dtype: 'F32', shape, data: data(shape) })),
    );
    const checkpoint = await openSafetensors(file, { nHead: 2 });
    expect(checkpoint.config).toEqual({ ...sizes, layerNormEpsilon: 1e-5 });
    expect(checkpoint.warnings).toEqual([expect.stringContaining('has no config.json')]);
    await expect(openSafetensors(file)).rejects.toThrow('number of attention heads');
  });

  it('asks for the number of heads where nothing tells it', async () => {
    const file = await save(tinyTensors());
    await rm(path.join(path.dirname(file), 'config.json'));
    await expect(openSafetensors(file)).rejects.toMatchObject({
      message: expect.stringContaining('number of attention heads'),
      hint: expect.stringContaining('"n_head"'),
    });
  });
});

describe('sharded checkpoints', () => {
  /** Two shards, cut in the middle, and their index. */
  async function saveShards(): Promise<{ index: string; shards: string[] }> {
    const file = await save(tinyTensors());
    const place = path.dirname(file);
    await rm(file);
    const tensors = tinyTensors();
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    await writeSafetensors(path.join(place, names[0]!), tensors.slice(0, 13));
    await writeSafetensors(path.join(place, names[1]!), tensors.slice(13));
    const index = path.join(place, 'model.safetensors.index.json');
    const weightMap = Object.fromEntries(tensors.map(({ name }, i) => [name, names[i < 13 ? 0 : 1]]));
    await writeFile(index, JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }));
    return { index, shards: names.map((name) => path.join(place, name)) };
  }

  it('are the same tensors as in one file', async () => {
    const { index, shards } = await saveShards();
    const sharded = await openSafetensors(index);
    const whole = await openSafetensors(await save(tinyTensors()));
    expect(sharded.files).toEqual(shards);
    for (const name of whole.tensors.keys()) {
      expect(await bytesOf(sharded, name), name).toEqual(await bytesOf(whole, name));
    }
  });

  it('are refused when a shard is missing, lacks a tensor, or would lie elsewhere', async () => {
    const { index, shards } = await saveShards();
    const json = JSON.parse(await readFile(index, 'utf8'));
    await writeFile(
      index,
      JSON.stringify({ weight_map: { ...json.weight_map, 'ln_f.bias': path.basename(shards[0]!) } }),
    );
    await expect(openSafetensors(index)).rejects.toMatchObject({
      problem: { file: shards[0], at: 'ln_f.bias' },
    });
    await writeFile(
      index,
      JSON.stringify({ weight_map: { ...json.weight_map, 'ln_f.bias': '../x.safetensors' } }),
    );
    await expect(openSafetensors(index)).rejects.toMatchObject({
      problem: { file: index, at: 'ln_f.bias', found: '"../x.safetensors"' },
    });
    await writeFile(index, JSON.stringify(json));
    await rm(shards[1]!);
    await expect(openSafetensors(index)).rejects.toThrow(`No such file: ${shards[1]}`);
    await writeFile(index, '{}');
    await expect(openSafetensors(index)).rejects.toMatchObject({
      problem: { file: index, at: 'weight_map' },
    });
  });
});

describe('reference checkpoints', () => {
  it.each([
    ['gpt1-random', 'gpt1', 38],
    ['gpt2-random', 'gpt2', 40],
  ])('%s opens with all parameters where they lie in the file', async (name, architecture, tensors) => {
    const file = path.join(referenceFolder, name, 'model.safetensors');
    const checkpoint = await openSafetensors(file);
    expect(checkpoint.config).toMatchObject({
      architecture,
      nLayer: 3,
      nHead: 4,
      nEmbd: 48,
      nCtx: 64,
      vocabSize: 320,
    });
    expect(checkpoint.tensors.size).toBe(tensors);
    const bytes = [...checkpoint.tensors.values()].map(({ data }) =>
      'bytes' in data ? 0 : data.lengthBytes,
    );
    expect(bytes.reduce((sum, length) => sum + length)).toBe(4 * countParameters(checkpoint.config));
    // Header lengths of these files are 3484 and 3625: the second puts the data at an odd address.
    const { entries } = await readSafetensorsHeader(file);
    const { offset, lengthBytes } = entries.find((entry) => entry.name === 'h.2.mlp.c_fc.weight')!;
    const raw = (await readFile(file)).subarray(offset, offset + lengthBytes);
    expect(await bytesOf(checkpoint, 'h.2.mlp.c_fc.weight')).toEqual(raw);
  });

  it('a cache of links opens like the folder itself, and the files are the real ones', async () => {
    const snapshot = path.join(folder, 'cache', 'snapshots', '0123');
    const blobs = path.join(folder, 'cache', 'blobs');
    await mkdir(snapshot, { recursive: true });
    await mkdir(blobs);
    for (const [name, blob] of [
      ['config.json', 'aa11'],
      ['model.safetensors', 'bb22'],
    ] as const) {
      await cp(path.join(referenceFolder, 'gpt2-random', name), path.join(blobs, blob));
      await symlink(path.join('../../blobs', blob), path.join(snapshot, name));
    }
    const linked = await openSafetensors(path.join(snapshot, 'model.safetensors'));
    expect(linked.files).toEqual([path.join(blobs, 'bb22')]);
    expect(linked.folder).toBe(snapshot);
    expect(linked.tensors.get('wte.weight')!.data).toMatchObject({ file: path.join(blobs, 'bb22') });
  });

  it('a vocabulary enlarged for fine-tuning contradicts the original config.json', async () => {
    await expect(
      openSafetensors(path.join(referenceFolder, 'gpt1-random/finetune_start.safetensors')),
    ).rejects.toMatchObject({ problem: { at: 'vocab_size', expected: 323, found: 320 } });
  });
});
