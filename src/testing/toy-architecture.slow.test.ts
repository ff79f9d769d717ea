import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withBlocks } from '../checkpoints/block-weights.js';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { exportOnnx } from '../export/onnx-export.js';
import type { ArchitectureDescriptor } from '../models/architecture.js';
import { architectures } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import { openGenerator } from '../runtime/generator.js';
import { openScorer } from '../runtime/scorer.js';
import { createEngine, initialState } from '../training/engine.js';
import { makeTemporaryFolder } from './tiny-model.js';
import { toy } from './toy-architecture.js';

const config: ModelConfig = {
  ...{ architecture: 'toy', nLayer: 2, nHead: 2, nEmbd: 32, nCtx: 24, vocabSize: 40 },
  layerNormEpsilon: 1e-5,
};
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];

let folder = '';
let checkpoint: WeightsCheckpoint;
// The line that an architecture gets in architectures.ts.
const listed = architectures as ArchitectureDescriptor[];
beforeAll(async () => {
  listed.push(toy);
  folder = await makeTemporaryFolder();
  await writeRandomCheckpoint(path.join(folder, 'toy'), config, 1, 0.3);
  checkpoint = (await openCheckpoint(path.join(folder, 'toy'))) as WeightsCheckpoint;
});
afterAll(async () => {
  listed.splice(listed.indexOf(toy), 1);
  await rm(folder, { recursive: true });
});

async function logProbs(opened: Parameters<typeof openScorer>[0]): Promise<number[]> {
  const scorer = await openScorer(opened);
  try {
    for await (const { results } of scorer.score([{ ids, from: 1 }], [{ members: [0], columns: 9 }]))
      return results[0]!.logProbs;
    throw new Error('nothing was scored');
  } finally {
    await scorer.close();
  }
}

test('an architecture that is one file and one line is read, scored, written with and exported', async () => {
  expect(checkpoint.config).toEqual(config);
  expect(countParameters(config)).toBe(
    [...checkpoint.tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0),
  );
  const scores = await logProbs(checkpoint);
  await exportOnnx(checkpoint, path.join(folder, 'onnx'));
  const exported = await logProbs(await openCheckpoint(path.join(folder, 'onnx')));
  exported.forEach((value, i) => {
    expect(value).toBeCloseTo(scores[i]!, 4);
  });
  const rounded = await withBlocks(checkpoint, {
    ...{ format: 'q8' as const, sha256: 'b'.repeat(64), env: { GPT_CACHE: folder } },
  });
  (await logProbs(rounded)).forEach((value, i) => {
    expect(Math.abs(value - scores[i]!)).toBeLessThan(0.2);
  });
  const write = async (recompute: boolean) => {
    const generator = await openGenerator(checkpoint, { recompute });
    const request = { ids: [7, 8], maxTokens: 9, sampling: { method: 'greedy' as const }, seed: 0 };
    const [text] = await generator.generate([request]);
    await generator.close();
    return text!.tokens;
  };
  expect(await write(false)).toEqual(await write(true));
});

test('and learns', async () => {
  const weights = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, tensor] of checkpoint.tensors) weights.set(name, await readTensor(tensor));
  const engine = await createEngine(
    {
      ...{ config, lmCoef: 1, seed: 0, tokenBudget: 100, threads: 1 },
      optimizer: {
        ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, epsilonIn: 'corrected', weightDecay: 0 },
        ...{ decayBy: 'rate', maxGradNorm: 1 },
      },
      schedule: { kind: 'cosine', peak: 0.01, final: 0.01, warmupUpdates: 0, totalUpdates: 30 },
    },
    initialState(weights),
  );
  const losses: number[] = [];
  for (let update = 0; update < 30; update++) losses.push((await engine.step([{ sequences: [ids] }])).loss);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 3);
  await engine.release();
});

test('nothing outside models/ compares the name of an architecture', () => {
  const src = path.join(import.meta.dirname, '..');
  // In tokenizers/ the same words are kinds of vocabularies; `general.architecture` is GGUF's own.
  const exempt = /^(models|testing|tokenizers)[/\\]|^checkpoints[/\\]gguf\.ts$/;
  const comparing = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !exempt.test(file))
    .filter((file) => /rchitecture\)?\s*(===|!==)\s*'/.test(readFileSync(path.join(src, file), 'utf8')));
  expect(comparing).toEqual([]);
});
