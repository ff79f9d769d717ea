import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { openGenerator } from '../runtime/generator.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { openSampler } from './sample.js';

test('weights that are given write what a model with those weights writes', async () => {
  const folder = await makeTemporaryFolder();
  const sampler = await openSampler(tinyConfig, 1);
  try {
    await writeTinyModel(folder);
    const checkpoint = await openCheckpoint(folder);
    if (checkpoint.kind !== 'weights') throw new Error('unexpected');
    const weights = new Map<string, Float32Array>();
    for (const [name, tensor] of checkpoint.tensors) weights.set(name, await readTensor(tensor));
    const request = {
      ids: [5, 77, 130, 2],
      maxTokens: 20,
      sampling: { method: 'sample', temperature: 1, topK: 40, topP: 1 },
      seed: 6,
    } as const;
    const generator = await openGenerator(checkpoint, { threads: 1 });
    const [expected] = await generator.generate([request]);
    await generator.close();
    const written = await sampler.write(weights, request);
    expect(written.tokens).toEqual(expected!.tokens);
    written.logProbs.forEach((logProb, i) => {
      expect(logProb).toBeCloseTo(expected!.logProbs[i]!, 5);
    });

    // Other weights in the same session: without the positions' vectors the text goes on differently.
    weights.set('wpe.weight', new Float32Array(tinyConfig.nCtx * tinyConfig.nEmbd));
    expect((await sampler.write(weights, request)).logProbs[0]).not.toBeCloseTo(expected!.logProbs[0]!, 3);
  } finally {
    await sampler.close();
    await rm(folder, { recursive: true, force: true });
  }
});
