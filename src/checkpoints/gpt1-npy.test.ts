import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { referenceFolder } from '../testing/reference.js';
import { openGpt1Npy } from './gpt1-npy.js';
import { openSafetensors } from './huggingface.js';
import { readTensor } from './read-tensor.js';
import { verifyWeights } from './verify.js';

const reference = path.join(referenceFolder, 'gpt1-random');

describe('openGpt1Npy', () => {
  let folder: string;
  let model: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gpt-npy-'));
    model = path.join(folder, 'model');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  /** A fresh copy to be damaged: `config.json` and the folder `model/` with the arrays. */
  beforeEach(async () => {
    await rm(model, { recursive: true, force: true });
    await mkdir(model);
    await writeFile(path.join(folder, 'config.json'), await readFile(path.join(reference, 'config.json')));
    for (const name of await readdir(path.join(reference, 'openai'))) {
      await writeFile(path.join(model, name), await readFile(path.join(reference, 'openai', name)));
    }
  });

  it('gives the very numbers of the safetensors of the same model', async () => {
    const npy = await openGpt1Npy(path.join(reference, 'openai'));
    const safetensors = await openSafetensors(path.join(reference, 'model.safetensors'));
    expect(npy.config).toEqual(safetensors.config);
    expect([...npy.tensors.keys()]).toEqual([...safetensors.tensors.keys()]);
    for (const [name, tensor] of npy.tensors) {
      expect(tensor.shape, name).toEqual(safetensors.tensors.get(name)!.shape);
      expect(await readTensor(tensor), name).toEqual(await readTensor(safetensors.tensors.get(name)!));
    }
    // Ten files cut through at most nine tensors; the others are used in place.
    const inMemory = [...npy.tensors.values()].filter(({ data }) => 'bytes' in data);
    expect(inMemory.map(({ name }) => name)).toContain('tokens_embed.weight');
    expect(inMemory.length).toBeLessThanOrEqual(9);
    expect(npy.files.map((file) => path.basename(file))).toEqual(
      Array.from({ length: 10 }, (_, i) => `params_${i}.npy`),
    );
  });

  it('asks for the number of heads where neither the width nor a config.json tells it', async () => {
    await rm(path.join(folder, 'config.json'));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({ hint: expect.stringContaining('n_head') });
  });

  it('rounds arrays of 64 bits to 32, beside others that are used in place', async () => {
    const expected = await openGpt1Npy(model);
    const numbers = await Promise.all([...expected.tensors.values()].map(readTensor));
    for (const name of ['params_1.npy', 'params_4.npy', 'params_5.npy']) {
      const file = path.join(model, name);
      const bytes = await readFile(file);
      const start = 10 + bytes.readUInt16LE(8);
      const floats = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer);
      // Less than half a step of 32 bits (2^-24) away from where each must come out again; NumPy's header differs in the type alone.
      const doubles = Float64Array.from(floats, (number) => number * (1 + 1e-9));
      const header = bytes.toString('latin1', 0, start).replace('<f4', '<f8');
      await writeFile(file, Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(doubles.buffer)]));
    }
    const rounded = await openGpt1Npy(model);
    expect(await Promise.all([...rounded.tensors.values()].map(readTensor))).toEqual(numbers);
    expect(rounded.files).toEqual(expected.files);
    await expect(verifyWeights(rounded)).resolves.toMatchObject({ sha256: expect.any(String) });
  });

  it('refuses a number of 64 bits that 32 cannot hold', async () => {
    const file = path.join(model, 'params_2.npy');
    const bytes = await readFile(file);
    const start = 10 + bytes.readUInt16LE(8);
    const header = bytes.toString('latin1', 0, start).replace('<f4', '<f8');
    const doubles = new Float64Array((bytes.length - start) / 4);
    doubles[7] = 1e300;
    await writeFile(file, Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(doubles.buffer)]));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { file, problem: expect.stringContaining('number 7'), found: 1e300 },
    });
  });

  it('refuses an array that was cut short', async () => {
    const file = path.join(model, 'params_3.npy');
    await writeFile(file, (await readFile(file)).subarray(0, -4));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { file, expected: '41428 bytes', found: 41424 },
    });
  });

  it('refuses a missing array', async () => {
    await rm(path.join(model, 'params_4.npy'));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { file: model, expected: 'params_4.npy', found: 'params_5.npy' },
    });
  });

  it('refuses arrays that hold fewer numbers than the shapes ask for', async () => {
    await rm(path.join(model, 'params_9.npy'));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { file: path.join(model, 'params_*.npy'), expected: 103248, found: 92924 },
    });
  });

  it.each<[string, string, string, object]>([
    ['another number type', '<f4', '<i4', { at: 'header', expected: expect.stringContaining('<f4') }],
    ['big-endian numbers', '<f4', '>f4', { at: 'header', found: expect.stringContaining('>f4') }],
    ['columns stored together', 'False', 'True ', { at: 'header', found: expect.stringContaining('True') }],
    ['another format', 'NUMPY', 'NUMPI', { expected: 'the mark \\x93NUMPY' }],
  ])('refuses %s', async (_, from, to, problem) => {
    const file = path.join(model, 'params_0.npy');
    const text = (await readFile(file)).toString('latin1');
    await writeFile(file, Buffer.from(text.replace(from, to), 'latin1'));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({ problem: { file, ...problem } });
  });

  it('refuses shapes that are none, and shapes that do not fit together', async () => {
    const file = path.join(model, 'params_shapes.json');
    const shapes = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify([[64, '48'], ...shapes.slice(1)]));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { file, expected: '[[512, 768], …]' },
    });
    // As many numbers as before, so that only the shape shows it.
    shapes[4] = [1, 96, 24];
    await writeFile(file, JSON.stringify(shapes));
    await expect(openGpt1Npy(model)).rejects.toMatchObject({
      problem: { at: 'h.0.attn.c_proj.weight', expected: '[48,48]', found: '[96,24]' },
    });
    await writeFile(file, '[[64, 48]');
    await expect(openGpt1Npy(model)).rejects.toThrow('is not JSON');
  });
});
