/** Models with their matrices in few bits. */
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockFolder, withBlocks } from '../checkpoints/block-weights.js';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { UserError } from '../errors.js';
import type { BlockFormat } from '../models/block-matrix.js';
import { seededUniform } from '../testing/random.js';
import { makeTemporaryFolder, tinyConfig } from '../testing/tiny-model.js';
import { inputLength, planBatches, type ScoreRequest } from './batch.js';
import { type GenerationRequest, openGenerator } from './generator.js';
import { openModel } from './open-model.js';
import { openScorer, type ScoreResult } from './scorer.js';

let folder = '';
let env: NodeJS.ProcessEnv;
let plain: WeightsCheckpoint;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = { GPT_CACHE: path.join(folder, 'cache') };
  // An odd context, and a width that fills no block of 128.
  await writeRandomCheckpoint(path.join(folder, 'model'), { ...tinyConfig, nCtx: 91, nEmbd: 192 }, 1);
  plain = (await openCheckpoint(path.join(folder, 'model'))) as WeightsCheckpoint;
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = 'a'.repeat(64);
const inBits = (format: BlockFormat) => withBlocks(plain, { format, sha256, env });

const random = seededUniform(7);
const token = () => Math.floor(random() * 257);
const requests: ScoreRequest[] = Array.from({ length: 30 }, () => {
  const ids = Array.from({ length: 2 + Math.floor(random() * 90) }, token);
  return { ids, from: 1 + Math.floor(random() * (ids.length - 1)) };
});
requests.push({ ids: Array.from({ length: 92 }, token), from: 1 });

async function scoreAll(
  checkpoint: WeightsCheckpoint,
  asked: readonly ScoreRequest[],
  tokenBudget: number,
  threads = 2,
): Promise<ScoreResult[]> {
  const scorer = await openScorer(checkpoint, { excluded: [5, 250], threads });
  const results: ScoreResult[] = [];
  try {
    for await (const scored of scorer.score(asked, planBatches(asked.map(inputLength), tokenBudget))) {
      scored.batch.members.forEach((member, place) => {
        results[member] = scored.results[place]!;
      });
    }
  } finally {
    await scorer.close();
  }
  return results;
}

describe.each<[BlockFormat, number]>([
  ['q8', 0.05],
  ['q4', 0.6],
])('%s', (format, tolerance) => {
  test('log-probabilities are near those of 32 bits, and probabilities add up to 1', async () => {
    const checkpoint = await inBits(format);
    const [exact, rounded] = [
      await scoreAll(plain, requests, 400),
      await scoreAll(checkpoint, requests, 400),
    ];
    exact.forEach(({ logProbs }, i) => {
      logProbs.forEach((logProb, j) => {
        expect(Math.abs(rounded[i]!.logProbs[j]! - logProb)).toBeLessThan(tolerance);
      });
    });
    const everyToken = Array.from({ length: 257 }, (_, last) => ({ ids: [3, 1, 4, last], from: 3 }));
    const all = await scoreAll(checkpoint, everyToken, 4000);
    expect(all.reduce((sum, { logProbs }) => sum + Math.exp(logProbs[0]!), 0)).toBeCloseTo(1, 4);
  });

  test('a log-probability depends on no batch, padding, order or thread: the difference is 0', async () => {
    const checkpoint = await inBits(format);
    const alone = await scoreAll(checkpoint, requests, 1);
    expect(await scoreAll(checkpoint, requests, 1000)).toEqual(alone);
    expect(await scoreAll(checkpoint, requests, 333, 1)).toEqual(alone);
    expect((await scoreAll(checkpoint, requests.toReversed(), 500)).reverse()).toEqual(alone);
  });

  test('nor on later tokens', async () => {
    const checkpoint = await inBits(format);
    const ids = requests.at(-1)!.ids;
    const [whole] = await scoreAll(checkpoint, [{ ids, from: 1 }], 1);
    for (const length of [2, 3, 8, 33, 64]) {
      const [start] = await scoreAll(checkpoint, [{ ids: ids.slice(0, length), from: 1 }], 1);
      expect(start!.logProbs).toEqual(whole!.logProbs.slice(0, length - 1));
    }
  });

  test('options after one context are scored as by themselves', async () => {
    const checkpoint = await inBits(format);
    const choice = { context: [1, 2, 3, 4, 5], options: [[6], [7, 8], [9, 10, 11]] };
    const scorer = await openScorer(checkpoint, { choices: true });
    try {
      for await (const { results } of scorer.scoreChoices([choice], [{ members: [0], columns: 11 }])) {
        const sequences = choice.options.map((option) => ({ ids: [...choice.context, ...option], from: 5 }));
        const single = await scoreAll(checkpoint, sequences, 1);
        results[0]!.forEach(({ logProbs }, i) => {
          logProbs.forEach((logProb, j) => {
            expect(logProb).toBeCloseTo(single[i]!.logProbs[j]!, 4);
          });
        });
      }
    } finally {
      await scorer.close();
    }
  });

  test('a text is what it would be alone, and what the whole text read anew would give', async () => {
    const checkpoint = await inBits(format);
    const texts: GenerationRequest[] = requests.slice(0, 5).map(({ ids }, seed) => ({
      ...{ ids: ids.slice(0, 20), maxTokens: 12, sampling: { method: 'greedy' as const }, seed },
    }));
    const write = async (asked: readonly GenerationRequest[], recompute = false) => {
      const generator = await openGenerator(checkpoint, { recompute });
      try {
        return (await generator.generate(asked)).map(({ tokens }) => tokens);
      } finally {
        await generator.close();
      }
    };
    const together = await write(texts);
    for (const [i, text] of texts.entries()) expect(await write([text])).toEqual([together[i]]);
    expect(await write(texts.slice(0, 2), true)).toEqual(together.slice(0, 2));
  });
});

describe('the file', () => {
  const kept = async () => {
    const names = await readdir(blockFolder(env));
    return path.join(blockFolder(env), names.find((name) => /-q8-.*\.safetensors$/.test(name))!);
  };

  test('is made once, and again when it is damaged', async () => {
    await inBits('q8');
    const file = await kept();
    const bytes = await readFile(file);
    // 192 columns take two blocks of 128.
    expect(bytes.length).toBeLessThan(1.4 * 192 * (2 * 12 * 192 + 257));
    await utimes(file, 1, 1);
    await inBits('q8');
    expect((await stat(file)).mtimeMs).toBe(1000);
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 5]! ^= 1;
    for (const wrong of [damaged, bytes.subarray(0, 1000), Buffer.alloc(0)]) {
      await writeFile(file, wrong);
      await inBits('q8');
      expect(Buffer.compare(await readFile(file), bytes)).toBe(0);
    }
  });

  test('leaves nothing behind when it is interrupted', async () => {
    const elsewhere = { GPT_CACHE: path.join(folder, 'interrupted') };
    const controller = new AbortController();
    const asked = withBlocks(plain, {
      ...{ format: 'q8' as const, sha256, env: elsewhere, signal: controller.signal },
      onProgress: ({ done }) => done === 3 && controller.abort(),
    });
    await expect(asked).rejects.toThrow('aborted');
    expect(await readdir(blockFolder(elsewhere))).toEqual([]);
  });

  test('cannot be had of an LSTM', async () => {
    const lstm = { ...plain, config: { ...plain.config, architecture: 'lstm' as const } };
    await expect(withBlocks(lstm, { format: 'q8', sha256, env })).rejects.toThrow(UserError);
  });
});

test('a model in few bits has a name and an identity of its own', async () => {
  const { identity } = await openModel('tiny', { env, dtype: 'q8' });
  expect(identity).toMatchObject({ name: 'tiny q8', dtype: 'q8' });
  expect((await openModel('tiny', { env })).identity).not.toHaveProperty('dtype');
});
