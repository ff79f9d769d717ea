import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { parameterShapes } from '../models/parameters.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { startingWeights, transferSetting } from './transfer.js';

let folder: string;
let checkpoint: WeightsCheckpoint;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 3, nEmbd: 32 });
  checkpoint = (await openCheckpoint(path.join(folder, 'model'))) as WeightsCheckpoint;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (layers: number | null, seed = 5) =>
  startingWeights(checkpoint, layers, seed, path.join(folder, 'drawn'));

/** The parameters that are not those of the model. Biases and gains are the same in every new model. */
async function drawn(layers: number | null): Promise<string[]> {
  const [own, found] = [await start(null), await start(layers)];
  return [...found].flatMap(([name, numbers]) => (`${numbers}` === `${own.get(name)}` ? [] : name));
}

const matrices = (block: number) =>
  ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'].map((part) => `h.${block}.${part}.weight`);

test('embeddings and the first k blocks are taken over, the rest is drawn', async () => {
  expect(await drawn(2)).toEqual(matrices(2));
  expect(await drawn(0)).toEqual([...matrices(0), ...matrices(1), ...matrices(2)]);
  expect((await drawn(-1)).slice(0, 2)).toEqual(['wte.weight', 'wpe.weight']);
  expect(await drawn(3)).toEqual([]);
});

test('all parameters are there, in the order of the model', async () => {
  expect([...(await start(1)).keys()]).toEqual([...parameterShapes(checkpoint.config).keys()]);
});

test('what is drawn depends on the seed, not on what is taken over', async () => {
  const [none, some, other] = [await start(-1), await start(1), await start(1, 6)];
  for (const name of matrices(2)) {
    expect(some.get(name)).toEqual(none.get(name));
    expect(some.get(name)).not.toEqual(other.get(name));
  }
});

test('drawn matrices have the standard deviation of 0.02, and nothing is left on the disk', async () => {
  const numbers = (await start(-1)).get('h.0.mlp.c_fc.weight')!;
  const squares = numbers.reduce((sum, number) => sum + number ** 2, 0);
  expect(Math.sqrt(squares / numbers.length)).toBeCloseTo(0.02, 3);
  expect(await readdir(folder)).toEqual(['model']);
});

test('all layers are no setting, and more than there are an error', () => {
  expect([-1, 0, 1, 2, null].map((layers) => transferSetting(layers, tinyConfig))).toEqual([
    -1,
    0,
    1,
    null,
    null,
  ]);
  expect(() => transferSetting(3, tinyConfig)).toThrow(/only 2 layers/);
});
