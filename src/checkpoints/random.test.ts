import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../models/config.js';
import { seededNormal, xoshiro128 } from '../random/random-numbers.js';
import type { WeightsCheckpoint } from './checkpoint.js';
import { openCheckpoint } from './open.js';
import { writeRandomCheckpoint } from './random.js';
import { readTensor } from './read-tensor.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-random-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const config = (architecture: Architecture) =>
  ({
    architecture,
    nLayer: 2,
    nHead: 4,
    nEmbd: 64,
    nCtx: 32,
    vocabSize: 300,
    layerNormEpsilon: 1e-5,
  }) as const;

async function write(architecture: Architecture, seed: number): Promise<{ place: string; weights: Buffer }> {
  const place = await mkdtemp(path.join(folder, 'model-'));
  await writeRandomCheckpoint(place, config(architecture), seed);
  return { place, weights: await readFile(path.join(place, 'model.safetensors')) };
}

const moments = (numbers: Float32Array) => {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const power = (k: number) => numbers.reduce((sum, x) => sum + (x - mean) ** k, 0) / numbers.length;
  const variance = power(2);
  return {
    mean,
    std: Math.sqrt(variance),
    skew: power(3) / variance ** 1.5,
    kurtosis: power(4) / variance ** 2,
  };
};

describe('writeRandomCheckpoint', () => {
  it('draws matrices with another spread where it is told one: the same numbers, scaled', async () => {
    const places = await Promise.all(
      [0.02, 0.04].map(async (std) => {
        const place = await mkdtemp(path.join(folder, 'spread-'));
        await writeRandomCheckpoint(place, config('gpt1'), 1, std);
        return (await openCheckpoint(place)) as WeightsCheckpoint;
      }),
    );
    for (const [name, factor] of [
      ['tokens_embed.weight', 2],
      ['h.1.attn.c_proj.weight', 2],
      ['h.0.ln_1.weight', 1],
    ] as const) {
      const [usual, wide] = await Promise.all(places.map(({ tensors }) => readTensor(tensors.get(name)!)));
      expect(Math.max(...wide!.map((x, i) => Math.abs(x - factor * usual![i]!)))).toBeLessThan(1e-8);
    }
  });

  it('writes the same bytes for a seed and others for another', async () => {
    const [one, same, other] = await Promise.all([
      write('gpt2', 5),
      write('gpt2', 5),
      write('gpt2', 5 + 2 ** 32),
    ]);
    expect(same.weights.equals(one.weights)).toBe(true);
    expect(other.weights.equals(one.weights)).toBe(false);
    expect(await readdir(one.place)).toEqual(['config.json', 'model.safetensors']);
    const checkpoint = (await openCheckpoint(one.place)) as WeightsCheckpoint;
    const embedding = await readTensor(checkpoint.tensors.get('wte.weight')!);
    // The same algorithm written in Python 3 with math.log and NumPy's float32.
    expect(createHash('sha256').update(embedding).digest('hex')).toBe(
      'be6a0490e6cd061aec1cf901aa11dfd41b3e7b882b64c07bf038cc8c1226f280',
    );
  });

  it.each<[Architecture, string, number]>([
    ['gpt1', 'tokens_embed.weight', 0.02],
    ['gpt1', 'positions_embed.weight', 0.02],
    ['gpt1', 'h.1.mlp.c_proj.weight', 0.02],
    ['gpt2', 'wte.weight', 0.02],
    ['gpt2', 'wpe.weight', 0.01],
    ['gpt2', 'h.0.attn.c_attn.weight', 0.02],
    ['gpt2', 'h.0.attn.c_proj.weight', 0.01],
    ['gpt2', 'h.1.mlp.c_proj.weight', 0.01],
  ])('%s starts %s from a standard deviation of %f', async (architecture, name, std) => {
    const checkpoint = (await openCheckpoint((await write(architecture, 11)).place)) as WeightsCheckpoint;
    expect(checkpoint.config).toEqual(config(architecture));
    const numbers = await readTensor(checkpoint.tensors.get(name)!);
    const found = moments(numbers);
    // Four standard errors.
    expect(Math.abs(found.std / std - 1)).toBeLessThan(4 / Math.sqrt(2 * numbers.length));
    expect(Math.abs(found.mean)).toBeLessThan((4 * std) / Math.sqrt(numbers.length));
  });

  it('starts biases from 0 and gains from 1', async () => {
    const checkpoint = (await openCheckpoint((await write('gpt2', 1)).place)) as WeightsCheckpoint;
    for (const [name, value] of [
      ['h.0.ln_1.weight', 1],
      ['ln_f.weight', 1],
      ['ln_f.bias', 0],
      ['h.1.mlp.c_fc.bias', 0],
    ] as const) {
      expect(new Set(await readTensor(checkpoint.tensors.get(name)!)), name).toEqual(new Set([value]));
    }
  });
});

describe('seededNormal', () => {
  it('draws from the normal distribution', () => {
    const numbers = new Float32Array(400_001);
    seededNormal(3)(numbers, 2);
    const { mean, std, skew, kurtosis } = moments(numbers);
    expect(mean).toBeCloseTo(0, 1.5);
    expect(std).toBeCloseTo(2, 1.7);
    expect(Math.abs(skew)).toBeLessThan(4 * Math.sqrt(6 / numbers.length));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / numbers.length));
    const beyond = numbers.filter((x) => Math.abs(x) > 2 * 1.959964).length / numbers.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / numbers.length));
  });

  it('refuses what is no seed', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => seededNormal(seed)).toThrow(RangeError);
  });
});

describe('xoshiro128', () => {
  it('gives the numbers of the algorithm, computed with Python 3 integers', () => {
    const next = xoshiro128([1, 2, 3, 4]);
    const numbers = Array.from({ length: 6 }, () => next() >>> 0);
    expect(numbers).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });
});
