import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { seededUniform } from '../testing/random.js';
import { referenceFolder } from '../testing/reference.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import type { GenerationRequest } from './generation.js';
import { type Generator, openGenerator } from './generator.js';
import type { Sampling } from './sampling.js';
import { openScorer } from './scorer.js';

const greedy: Sampling = { method: 'greedy' };
const topK: Sampling = { method: 'sample', temperature: 1, topK: 40, topP: 1 };

// float64 PyTorch, agreeing with Hugging Face transformers 5.18: at most 8 tokens or until the 64 positions are full.
describe(`reference checkpoints`, () => {
  test.each([
    ['gpt1-random', '.', false],
    ['gpt2-random', '.', false],
    ['gpt1-random', '.', true],
    ['gpt2-random', '.', true],
    ['gpt2-random', 'onnx/decoder_model.onnx', false],
    ['gpt2-random', 'onnx/decoder_with_past_model.onnx', false],
    ['gpt2-random', 'onnx/decoder_model_merged.onnx', false],
    ['gpt2-random', 'onnx/model.onnx', false],
  ])('%s from %s (recomputed: %s) goes on as PyTorch does', async (name, location, recompute) => {
    const expected = JSON.parse(readFileSync(path.join(referenceFolder, name, 'expected.json'), 'utf8')) as {
      sequences: { ids: number[]; greedy: number[] }[];
    };
    const checkpoint = await openCheckpoint(path.join(referenceFolder, name, location));
    const generator = await openGenerator(checkpoint, { threads: 1, recompute });
    try {
      const requests = expected.sequences.map(({ ids }) => ({
        ids,
        maxTokens: 8,
        sampling: greedy,
        seed: 0,
      }));
      const results = await generator.generate(requests);
      expect(results.map(({ tokens }) => tokens)).toEqual(
        expected.sequences.map((sequence) => sequence.greedy),
      );
      expect(generator.notes).toEqual([]);
    } finally {
      await generator.close();
    }
  });
});

describe('a small random model', () => {
  let folder: string;
  let checkpoint: Checkpoint;
  let generator: Generator;
  const random = seededUniform(3);
  const prompt = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * tinyConfig.vocabSize));
  const requests: GenerationRequest[] = [1, 40, 7, 300, 7, 2, 499].map((length, seed) => ({
    ids: prompt(length),
    maxTokens: 5 + 9 * seed,
    sampling: [greedy, topK, { ...topK, topK: 0 }, { ...topK, topP: 0.8 }][seed % 4]!,
    seed,
  }));
  // Two that differ in nothing but the seed: their prompt is read once.
  requests.push({ ...requests[1]!, seed: 77 }, { ...requests[1]!, seed: 78, maxTokens: 60 });

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    await writeTinyModel(folder);
    checkpoint = await openCheckpoint(folder);
    generator = await openGenerator(checkpoint, { threads: 1 });
  });
  afterAll(async () => {
    await generator.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a text does not depend on what else is in the batch, to the last bit', async () => {
    const together = await generator.generate(requests);
    for (const [i, request] of requests.entries()) {
      expect((await generator.generate([request]))[0]).toEqual(together[i]);
    }
    expect((await generator.generate(requests.toReversed())).toReversed()).toEqual(together);
    expect(together[1]!.tokens).not.toEqual(together[7]!.tokens);
    expect(together.map(({ ended }) => ended)).toEqual([
      ...['length', 'length', 'length', 'length', 'length', 'length', 'context', 'length', 'length'],
    ]);
    expect(together[6]!.tokens).toHaveLength(tinyConfig.nCtx - 499);
  });

  test('kept keys and values give what reading the whole text anew gives', async () => {
    const anew = await openGenerator(checkpoint, { threads: 1, recompute: true });
    try {
      const [kept, recomputed] = [await generator.generate(requests), await anew.generate(requests)];
      kept.forEach(({ tokens, logProbs }, i) => {
        expect(tokens).toEqual(recomputed[i]!.tokens);
        for (const [at, logProb] of logProbs.entries())
          expect(Math.abs(logProb - recomputed[i]!.logProbs[at]!)).toBeLessThan(2e-5);
      });
    } finally {
      await anew.close();
    }
  });

  test.each([false, true])('ids without a token are never drawn (recomputed: %s)', async (recompute) => {
    // Ids that this model does draw stand for the rows by which a vocabulary was padded.
    const vocabSize = 20;
    const drawn = (await generator.generate(requests)).flatMap(({ tokens }) => tokens);
    expect(Math.max(...drawn)).toBeGreaterThanOrEqual(vocabSize);
    const padded = await openGenerator(checkpoint, { threads: 1, recompute, vocabSize });
    try {
      const kept = (await padded.generate(requests)).flatMap(({ tokens }) => tokens);
      expect(kept.length).toBe(drawn.length);
      expect(Math.max(...kept)).toBeLessThan(vocabSize);
    } finally {
      await padded.close();
    }
  });

  test('log-probabilities are those of the scorer', async () => {
    const results = await generator.generate(requests);
    const scorer = await openScorer(checkpoint, { threads: 1 });
    try {
      for (const [i, { tokens, logProbs }] of results.entries()) {
        const { ids } = requests[i]!;
        const whole = { ids: [...ids, ...tokens], from: ids.length };
        const batch = { members: [0], columns: whole.ids.length - 1 };
        for await (const { results: scored } of scorer.score([whole], [batch])) {
          expect(logProbs).toHaveLength(scored[0]!.logProbs.length);
          scored[0]!.logProbs.forEach((logProb, at) => {
            expect(Math.abs(logProb - logProbs[at]!)).toBeLessThan(2e-5);
          });
        }
      }
    } finally {
      await scorer.close();
    }
  });

  test('a text ends where it is told to', async () => {
    const [free] = await generator.generate([{ ...requests[1]!, maxTokens: 20 }]);
    const { tokens } = free!;
    const at = tokens.findIndex((token, i) => i >= 5 && !tokens.slice(0, i).includes(token));
    const isDone = (so: readonly number[]) => so.length === 3;
    const results = await generator.generate([
      { ...requests[1]!, maxTokens: 20, endOfText: [256, tokens[at]!] },
      { ...requests[1]!, maxTokens: 20, isDone },
      { ...requests[1]!, maxTokens: 0 },
      { ...requests[1]!, ids: prompt(tinyConfig.nCtx) },
    ]);
    expect(results.map(({ ended }) => ended)).toEqual(['end-of-text', 'done', 'length', 'context']);
    expect(results.map((result) => result.tokens)).toEqual([tokens.slice(0, at), tokens.slice(0, 3), [], []]);
    expect(results.map(({ logProbs }) => logProbs.length)).toEqual([at, 3, 0, 0]);
  });

  test('every token is reported as it comes', async () => {
    const seen: number[][] = requests.map(() => []);
    const results = await generator.generate(requests, {
      onToken: (request, token) => void seen[request]!.push(token),
    });
    expect(seen).toEqual(results.map(({ tokens }) => tokens));
  });

  test('an aborted signal stops between two tokens, and the next call is as if nothing had been', async () => {
    const controller = new AbortController();
    let count = 0;
    const stopped = generator.generate([{ ...requests[1]!, maxTokens: 400 }], {
      signal: controller.signal,
      onToken: () => {
        if (++count === 4) controller.abort(new Error('stop'));
      },
    });
    await expect(generator.generate([requests[0]!])).rejects.toThrow('before the last call had ended');
    await expect(stopped).rejects.toThrow('stop');
    expect(count).toBe(4);
    const [again] = await generator.generate([requests[1]!]);
    expect(again!.tokens).toHaveLength(requests[1]!.maxTokens);
  });

  test.each<[Partial<GenerationRequest>, string]>([
    [{ ids: [] }, 'a prompt of 0 tokens'],
    [{ ids: Array.from({ length: tinyConfig.nCtx + 1 }, () => 1) }, 'a prompt of 513 tokens'],
    [{ maxTokens: -1 }, 'maxTokens -1'],
    [{ seed: 0.5 }, 'seed 0.5'],
    [{ sampling: { ...topK, temperature: 0 } }, 'temperature 0'],
  ])('a request that cannot be is refused: %#', async (change, message) => {
    await expect(generator.generate([{ ...requests[1]!, ...change }])).rejects.toThrow(message);
  });
});
