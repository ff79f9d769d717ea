import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters, parameterShapes } from '../models/parameters.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { formatConfigFile } from './config-file.js';
import { openCheckpoint } from './open.js';
import { writeRandomCheckpoint } from './random.js';
import { readTensor } from './read-tensor.js';

const config: ModelConfig = {
  architecture: 'lstm',
  nLayer: 1,
  nHead: 0,
  nEmbd: 32,
  nCtx: 48,
  vocabSize: 300,
  layerNormEpsilon: 1e-5,
  units: 64,
  vocabulary: 'gpt1',
};

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeRandomCheckpoint(folder, config, 7);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = async () => (await openCheckpoint(folder)) as WeightsCheckpoint;

/** Opens it with something else in its config.json. */
async function openWith(changes: object): Promise<WeightsCheckpoint> {
  const file = path.join(folder, 'config.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify({ ...(JSON.parse(text) as object), ...changes }));
  try {
    return await open();
  } finally {
    await writeFile(file, text);
  }
}

describe('an LSTM checkpoint', () => {
  test('is read as it was written', async () => {
    const checkpoint = await open();
    expect(checkpoint.config).toEqual(config);
    expect(checkpoint.warnings).toBeUndefined();
    expect([...checkpoint.tensors.keys()]).toEqual([...parameterShapes(config).keys()]);
    expect(JSON.parse(formatConfigFile(config))).toMatchObject({ model_type: 'lstm', n_units: 64 });
  });

  test('of the size of the GPT-1 paper has half of its parameters', () => {
    const paper: ModelConfig = { ...config, nEmbd: 768, nCtx: 512, vocabSize: 40478, units: 2048 };
    // Embedding, W, R, one bias, projection and its bias.
    expect(countParameters(paper)).toBe(40478 * 768 + 8192 * 768 + 8192 * 2048 + 8192 + 2048 * 768 + 768);
  });

  test('starts from open forget gates and matrices of the variance of a uniform ±1/√H', async () => {
    const { tensors } = await open();
    const bias = await readTensor(tensors.get('lstm.bias')!);
    const H = 64;
    expect([...bias]).toEqual([
      ...new Array(2 * H).fill(0),
      ...new Array(H).fill(1),
      ...new Array(H).fill(0),
    ]);
    const recurrent = await readTensor(tensors.get('lstm.weight_hh')!);
    const std = Math.sqrt(recurrent.reduce((sum, x) => sum + x * x, 0) / recurrent.length);
    // Four standard errors.
    expect(Math.abs(std * Math.sqrt(3 * H) - 1)).toBeLessThan(4 / Math.sqrt(2 * recurrent.length));
  });

  test('without a config.json says what it assumed', async () => {
    const place = await makeTemporaryFolder();
    const file = path.join(place, 'model.safetensors');
    await copyFile(path.join(folder, 'model.safetensors'), file);
    const checkpoint = (await openCheckpoint(file)) as WeightsCheckpoint;
    expect(checkpoint.config).toEqual({ ...config, nCtx: 512, vocabulary: 'gpt2' });
    expect(checkpoint.warnings!.join(' ')).toContain('512 tokens assumed');
    await rm(place, { recursive: true });
  });

  test.each([
    [{ n_units: 65 }, 'n_units'],
    [{ n_embd: 33 }, 'n_embd'],
    [{ n_layer: 2 }, 'n_layer'],
    [{ model_type: 'gpt2' }, 'model_type'],
    [{ vocabulary: 'bert' }, 'vocabulary'],
  ])('is refused with %o, which contradicts the weights or means nothing', async (changes, at) => {
    const error = await openWith(changes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).problem.at).toBe(at);
  });
});
