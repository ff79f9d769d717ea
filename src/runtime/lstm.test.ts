import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { exportOnnx } from '../export/onnx-export.js';
import type { ModelConfig } from '../models/config.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { inputLength, planBatches } from './batch.js';
import { packedLength } from './choices.js';
import { openGenerator } from './generator.js';
import { openScorer, type Scorer } from './scorer.js';

const config: ModelConfig = {
  architecture: 'lstm',
  nLayer: 1,
  nHead: 0,
  nEmbd: 12,
  nCtx: 40,
  vocabSize: 90,
  layerNormEpsilon: 1e-5,
  units: 20,
  vocabulary: 'gpt2',
};

let folder: string;
let checkpoint: WeightsCheckpoint;
const weights = new Map<string, Float32Array>();
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeRandomCheckpoint(path.join(folder, 'model'), config, 3);
  checkpoint = (await openCheckpoint(path.join(folder, 'model'))) as WeightsCheckpoint;
  for (const [name, tensor] of checkpoint.tensors) weights.set(name, await readTensor(tensor));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** log p of every token but the first, written out number by number in float64. */
function expectedLogProbs(ids: readonly number[]): { logProbs: number[]; next: number } {
  const { nEmbd: C, vocabSize: V, units: H = 0 } = config;
  const [wte, W, R] = ['embedding.weight', 'lstm.weight_ih', 'lstm.weight_hh'].map((n) => weights.get(n)!);
  const [bias, P, projBias] = ['lstm.bias', 'proj.weight', 'proj.bias'].map((name) => weights.get(name)!);
  const dot = (matrix: Float32Array, row: number, width: number, x: number[]) =>
    x.reduce((sum, value, i) => sum + value * matrix[row * width + i]!, 0);
  let h = new Array<number>(H).fill(0);
  let c = new Array<number>(H).fill(0);
  const logProbs: number[] = [];
  let next = -1;
  ids.forEach((id, t) => {
    const x = Array.from({ length: C }, (_, i) => wte![id * C + i]!);
    const z = Array.from(bias!, (b, row) => b + dot(W!, row, C, x) + dot(R!, row, H, h));
    c = c.map((value, u) => sigmoid(z[2 * H + u]!) * value + sigmoid(z[u]!) * Math.tanh(z[3 * H + u]!));
    h = c.map((value, u) => sigmoid(z[H + u]!) * Math.tanh(value));
    const state = Array.from(projBias!, (b, k) => h.reduce((sum, v, u) => sum + v * P![u * C + k]!, b));
    const logits = Array.from({ length: V }, (_, token) => dot(wte!, token, C, state));
    const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    next = logits.indexOf(Math.max(...logits));
    if (t + 1 < ids.length) logProbs.push(logits[ids[t + 1]!]! - logSum);
  });
  return { logProbs, next };
}

const sequence = (length: number, step: number) => Array.from({ length }, (_, i) => (i * step + 7) % 90);
const sequences = [sequence(30, 13), sequence(4, 31), sequence(11, 57), sequence(2, 8)];

async function scoreAll(scorer: Scorer, batchTokens: number): Promise<number[][]> {
  const requests = sequences.map((ids) => ({ ids, from: 1 }));
  const found: number[][] = [];
  for await (const { batch, results } of scorer.score(
    requests,
    planBatches(requests.map(inputLength), batchTokens),
  )) {
    batch.members.forEach((member, i) => {
      found[member] = results[i]!.logProbs;
    });
  }
  return found;
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const worst = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
  expect(worst).toBeLessThan(1e-5);
}

test('scores are those of the formulas, whether a sequence is padded or alone', async () => {
  const scorer = await openScorer(checkpoint, { threads: 1 });
  try {
    for (const batchTokens of [1, 1000]) {
      const found = await scoreAll(scorer, batchTokens);
      sequences.forEach((ids, i) => {
        expectNear(found[i]!, expectedLogProbs(ids).logProbs);
      });
    }
  } finally {
    await scorer.close();
  }
});

test('options of a choice are scored, although the context cannot be shared', async () => {
  const scorer = await openScorer(checkpoint, { threads: 1, choices: true });
  try {
    const requests = [{ context: sequence(9, 4), options: [[5, 6, 7], [8], [80, 1]] }];
    for await (const { results } of scorer.scoreChoices(
      requests,
      planBatches(requests.map(packedLength), 100),
    )) {
      const { context, options } = requests[0]!;
      options.forEach((option, i) => {
        const { logProbs } = expectedLogProbs([...context, ...option]);
        expectNear(results[0]![i]!.logProbs, logProbs.slice(context.length - 1));
      });
    }
  } finally {
    await scorer.close();
  }
});

test('the most probable text is written token by token', async () => {
  const generator = await openGenerator(checkpoint, { threads: 1 });
  try {
    const prompt = sequence(5, 3);
    const sampling = { method: 'greedy' } as const;
    const [written] = await generator.generate([{ ids: prompt, maxTokens: 8, sampling, seed: 1 }]);
    const expected = [...prompt];
    for (let i = 0; i < 8; i++) expected.push(expectedLogProbs(expected).next);
    expect(written!.tokens).toEqual(expected.slice(prompt.length));
  } finally {
    await generator.close();
  }
});

test('its export scores the same', async () => {
  const output = path.join(folder, 'exported');
  await exportOnnx(checkpoint, output);
  const exported = await openCheckpoint(output);
  expect(exported).toMatchObject({ kind: 'onnx', config });
  const scorer = await openScorer(exported, { threads: 1 });
  try {
    const found = await scoreAll(scorer, 1000);
    sequences.forEach((ids, i) => {
      expectNear(found[i]!, expectedLogProbs(ids).logProbs);
    });
  } finally {
    await scorer.close();
  }
});
