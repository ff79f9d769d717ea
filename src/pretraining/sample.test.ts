import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { openScorer } from '../runtime/scorer.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { drawTopK, openSampler, sampleTokens } from './sample.js';

test('only the k most probable tokens are drawn, each as often as its probability says', () => {
  const logits = [0, Math.log(2), -50, Math.log(5), Math.log(3)];
  const drawn = Array.from({ length: 1000 }, (_, index) => drawTopK(logits, 3, index / 1000));
  const counts = [0, 1, 2, 3, 4].map((id) => drawn.filter((one) => one === id).length);
  expect(counts).toEqual([0, 200, 0, 500, 300]);
  expect(drawTopK([1, 1, 1], 1, 0.99)).toBe(0);
});

test('the logits are those of the scoring graph, and a sample ends at the stop token', async () => {
  const folder = await makeTemporaryFolder();
  const sampler = await openSampler(tinyConfig, 1);
  try {
    await writeTinyModel(folder);
    const checkpoint = await openCheckpoint(folder);
    if (checkpoint.kind !== 'weights') throw new Error('unexpected');
    const weights = new Map<string, Float32Array>();
    for (const [name, tensor] of checkpoint.tensors) weights.set(name, await readTensor(tensor));
    const next = sampler.withWeights(weights);
    const text = [5, 77, 130, 2];
    const logits = Array.from(await next(text));
    const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
    const scorer = await openScorer(checkpoint, { threads: 1 });
    const request = { ids: [...text, 200], from: 4 };
    for await (const { results } of scorer.score([request], [{ members: [0], columns: 4 }])) {
      expect(logits[200]! - sum).toBeCloseTo(results[0]!.logProbs[0]!, 5);
      expect(logits.indexOf(Math.max(...logits))).toBe(results[0]!.argMax[0]);
    }
    await scorer.close();

    const options = { prompt: text, tokens: 6, topK: 1, random: () => 0 };
    const greedy = await sampleTokens(next, options);
    expect(greedy).toHaveLength(6);
    const stop = greedy[3]!;
    expect(await sampleTokens(next, { ...options, stop })).toEqual(greedy.slice(0, greedy.indexOf(stop)));
  } finally {
    await sampler.close();
    await rm(folder, { recursive: true, force: true });
  }
});
