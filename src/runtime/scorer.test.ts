import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { seededUniform } from '../testing/random.js';
import { expectedSequences, referenceFolder } from '../testing/reference.js';
import { makeTemporaryFolder, tinyConfig, writeTinyModel } from '../testing/tiny-model.js';
import { inputLength, planBatches, type ScoreRequest } from './batch.js';
import { openScorer, type ScoreResult, type Scorer } from './scorer.js';

async function scoreAll(
  scorer: Scorer,
  requests: ScoreRequest[],
  tokenBudget: number,
): Promise<ScoreResult[]> {
  const results: ScoreResult[] = [];
  for await (const scored of scorer.score(requests, planBatches(requests.map(inputLength), tokenBudget))) {
    scored.batch.members.forEach((member, place) => {
      results[member] = scored.results[place]!;
    });
  }
  return results;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

// Golden values: PyTorch in float64, agreeing with Hugging Face transformers 5.18 (reference/README.md).
describe(`reference checkpoints`, () => {
  test.each([
    ['gpt1-random', '.'],
    ['gpt1-random', 'openai'],
    ['gpt2-random', '.'],
    ['gpt2-random', 'tensorflow'],
    ['gpt2-random', 'onnx/decoder_model.onnx'],
    ['gpt2-random', 'onnx/decoder_with_past_model.onnx'],
    ['gpt2-random', 'onnx/decoder_model_merged.onnx'],
    ['gpt2-random', 'onnx/model.onnx'],
  ])('%s read from %s gives the log-probabilities and arg-maxes of PyTorch', async (name, location) => {
    const scorer = await openScorer(await openCheckpoint(path.join(referenceFolder, name, location)));
    try {
      const expected = expectedSequences(name);
      const results = await scoreAll(
        scorer,
        expected.map(({ ids }) => ({ ids, from: 1 })),
        100,
      );
      results.forEach((result, i) => {
        const { token_logprobs, argmax } = expected[i]!;
        expect(largestDifference(result.logProbs, token_logprobs)).toBeLessThan(1e-4);
        expect(result.argMax).toEqual(argmax.slice(0, -1));
      });
    } finally {
      await scorer.close();
    }
  });
});

describe('a small random model', () => {
  const requests: ScoreRequest[] = [];
  let folder: string;
  let checkpoint: Checkpoint;
  let scorer: Scorer;

  beforeAll(async () => {
    const random = seededUniform(7);
    for (let i = 0; i < 40; i++) {
      const ids = Array.from({ length: 2 + Math.floor(random() * 90) }, () => Math.floor(random() * 257));
      requests.push({ ids, from: 1 + Math.floor(random() * (ids.length - 1)) });
    }
    folder = await makeTemporaryFolder();
    await writeTinyModel(folder);
    checkpoint = await openCheckpoint(folder);
    scorer = await openScorer(checkpoint, { excluded: [5, 6, 250] });
  });
  afterAll(async () => {
    await scorer.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a log-probability does not depend on what else is in the batch', async () => {
    const alone = await scoreAll(scorer, requests, 1);
    for (const tokenBudget of [64, 200, 1024, 100_000]) {
      const together = await scoreAll(scorer, requests, tokenBudget);
      together.forEach((result, i) => {
        expect(largestDifference(result.logProbs, alone[i]!.logProbs)).toBeLessThan(2e-5);
        expect(result.argMax).toEqual(alone[i]!.argMax);
      });
    }
  });

  test('only the asked tokens are answered, and the best allowed token is none of the excluded', async () => {
    const results = await scoreAll(scorer, requests, 512);
    results.forEach((result, i) => {
      const scored = requests[i]!.ids.length - requests[i]!.from;
      expect(result.logProbs).toHaveLength(scored);
      expect(result.bestAllowed).toHaveLength(scored);
      result.bestAllowed!.forEach((token, place) => {
        expect([5, 6, 250]).not.toContain(token);
        if (![5, 6, 250].includes(result.argMax[place]!)) expect(token).toBe(result.argMax[place]);
      });
    });
  });

  test('probabilities of all tokens at one place add up to 1', async () => {
    const everyToken = Array.from({ length: tinyConfig.vocabSize }, (_, token) => ({
      ids: [1, 2, 3, token],
      from: 3,
    }));
    const results = await scoreAll(scorer, everyToken, 1024);
    const sum = results.reduce((total, { logProbs }) => total + Math.exp(logProbs[0]!), 0);
    expect(sum).toBeCloseTo(1, 5);
    const best = results.reduce((a, b) => (a.logProbs[0]! >= b.logProbs[0]! ? a : b));
    expect(everyToken[results.indexOf(best)]!.ids[3]).toBe(best.argMax[0]);
  });

  test('an aborted signal stops between batches, and what was computed is still given out', async () => {
    const controller = new AbortController();
    const batches = planBatches(requests.map(inputLength), 1);
    let seen = 0;
    for await (const _ of scorer.score(requests, batches, controller.signal)) {
      if (++seen === 3) controller.abort();
    }
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(seen).toBeLessThanOrEqual(5);
  });

  test.skipIf(process.platform === 'darwin')(
    'a named device that is not there is an error (needs a system other than macOS)',
    async () => {
      await expect(openScorer(checkpoint, { device: 'coreml' })).rejects.toThrow(
        '--device coreml: ONNX Runtime does not have it on this platform.',
      );
    },
  );
});
