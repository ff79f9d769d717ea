import { rm } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { referenceFolder } from '../testing/reference.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { inputLength, packBatch, planBatches } from './batch.js';
import { asTrees, type ChoiceScoreRequest, expandChoices, packChoices, packedLength } from './choices.js';
import { openScorer, type ScoreResult, type Scorer } from './scorer.js';

test('a tree has the context once and each option without its last token, which is only predicted', () => {
  const requests = [
    { context: [1, 2], options: [[3], [4, 5, 6], [7, 8]] },
    { context: [9], options: [[10, 11]] },
  ];
  expect(requests.map(packedLength)).toEqual([5, 2]);
  const packed = packChoices({ members: [0, 1], columns: 5 }, requests);
  expect(packed.shape).toEqual([2, 5]);
  expect(Array.from(packed.ids, Number)).toEqual([1, 2, 4, 5, 7, 9, 10, 0, 0, 0]);
  expect(Array.from(packed.tree!.positions, Number)).toEqual([0, 1, 2, 3, 2, 0, 1, 0, 0, 0]);
  expect(Array.from(packed.tree!.branch, Number)).toEqual([0, 0, 2, 2, 3, 0, 1, -1, -1, -1]);
  expect(Array.from(packed.targets, Number)).toEqual([3, 4, 5, 6, 7, 8, 10, 11]);
  expect(Array.from(packed.rows, Number)).toEqual([1, 1, 2, 3, 1, 4, 5, 6]);
});

test('a plain sequence is a context without options', () => {
  const packed = asTrees(packBatch({ members: [0], columns: 4 }, [{ ids: [1, 2, 3], from: 1 }]));
  expect(Array.from(packed.tree!.positions, Number)).toEqual([0, 1, 2, 3]);
  expect(Array.from(packed.tree!.branch, Number)).toEqual([0, 0, 0, 0]);
});

test.each([
  [{ context: [], options: [[1]] }, 'at least one token of context'],
  [{ context: [1], options: [] }, 'at least one option'],
  [{ context: [1], options: [[2], []] }, 'an option has no tokens'],
])('%j cannot be asked', (request, message) => {
  expect(() => packChoices({ members: [0], columns: 1 }, [request])).toThrow(message);
  expect(() => expandChoices(request)).toThrow(message);
});

/** Trees that fit a model of that context, of all shapes; a third of them fills the context to its last position. */
function trees(nCtx: number, vocabSize: number): fc.Arbitrary<ChoiceScoreRequest[]> {
  const tokens = (length: number) =>
    fc.array(fc.integer({ min: 0, max: vocabSize - 1 }), { minLength: length, maxLength: length });
  const tree = fc
    .tuple(
      fc.integer({ min: 1, max: nCtx }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(true, false, false),
    )
    .chain(([context, fractions, fill]) => {
      const longest = nCtx + 1 - context;
      const lengths = fractions.map((fraction) => 1 + Math.floor(fraction * fraction * (longest - 1)));
      if (fill) lengths[0] = longest;
      return fc.record({ context: tokens(context), options: fc.tuple(...lengths.map(tokens)) });
    });
  return fc.array(tree, { minLength: 1, maxLength: 6 });
}

/** Answers in the order of the requests, and how many batches there were. */
async function scoreChoices(
  scorer: Scorer,
  requests: readonly ChoiceScoreRequest[],
  tokenBudget: number,
): Promise<ScoreResult[][]> {
  const answers: ScoreResult[][] = [];
  const plan = planBatches(requests.map(packedLength), tokenBudget);
  for await (const { batch, results } of scorer.scoreChoices(requests, plan)) {
    batch.members.forEach((member, place) => {
      answers[member] = results[place]!;
    });
  }
  return answers;
}

/** The same from the ordinary scoring graph, each option a sequence of its own. */
async function scoreSeparately(
  scorer: Scorer,
  requests: readonly ChoiceScoreRequest[],
): Promise<ScoreResult[][]> {
  const sequences = requests.flatMap(({ context, options }) =>
    options.map((option) => ({ ids: [...context, ...option], from: context.length })),
  );
  const flat: ScoreResult[] = [];
  for await (const { batch, results } of scorer.score(
    sequences,
    planBatches(sequences.map(inputLength), 512),
  )) {
    batch.members.forEach((member, place) => {
      flat[member] = results[place]!;
    });
  }
  return requests.map(({ options }) => flat.splice(0, options.length));
}

function expectSame(found: ScoreResult[][], expected: ScoreResult[][]): void {
  const shape = (results: ScoreResult[][]) =>
    results.map((options) => options.map(({ logProbs }) => logProbs.length));
  expect(shape(found)).toEqual(shape(expected));
  const ids = (results: ScoreResult[][]) =>
    results.map((options) => options.map(({ argMax, bestAllowed }) => ({ argMax, bestAllowed })));
  expect(ids(found)).toEqual(ids(expected));
  const numbers = (results: ScoreResult[][]) =>
    results.flat().flatMap(({ logProbs, bestAllowedLogProb = [] }) => [...logProbs, ...bestAllowedLogProb]);
  const [a, b] = [numbers(found), numbers(expected)];
  const difference = a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
  expect(difference).toBeLessThan(2e-5);
}

describe(`reference checkpoints`, () => {
  describe.each(['gpt1-random', 'gpt2-random'])('%s', (name) => {
    let plain: Scorer;
    let packed: Scorer;
    let nCtx: number;
    let vocabSize: number;

    beforeAll(async () => {
      const checkpoint = await openCheckpoint(path.join(referenceFolder, name));
      ({ nCtx, vocabSize } = checkpoint.config);
      const options = { threads: 1, excluded: [0, 3, 100] };
      [plain, packed] = await Promise.all([
        openScorer(checkpoint, options),
        openScorer(checkpoint, { ...options, choices: true }),
      ]);
    });
    afterAll(() => Promise.all([plain.close(), packed.close()]));

    test('options that share their context get the log-probabilities of full sequences', async () => {
      await fc.assert(
        fc.asyncProperty(
          trees(nCtx, vocabSize),
          fc.integer({ min: 1, max: 1000 }),
          async (requests, budget) => {
            expectSame(await scoreChoices(packed, requests, budget), await scoreSeparately(plain, requests));
          },
        ),
        { numRuns: 40, seed: 20190214 },
      );
    });

    test('options of one token are all answered by the last token of the context', async () => {
      const requests = [
        { context: [5, 6, 7], options: Array.from({ length: vocabSize }, (_, token) => [token]) },
      ];
      const [options] = await scoreChoices(packed, requests, 1);
      const sum = options!.reduce((total, { logProbs }) => total + Math.exp(logProbs[0]!), 0);
      expect(sum).toBeCloseTo(1, 5);
      const best = options!.findIndex(
        ({ logProbs }) => logProbs[0] === Math.max(...options!.map((o) => o.logProbs[0]!)),
      );
      expect(new Set(options!.map(({ argMax }) => argMax[0]))).toEqual(new Set([best]));
    });

    test('an option does not see the others: twins in one tree and an option alone get the same', async () => {
      const context = [1, 2, 3, 4, 5];
      const option = [9, 8, 7, 6];
      const requests = [
        { context, options: [option] },
        { context, options: [[30, 31, 32, 33, 34, 35], option, [40], option] },
      ];
      const [alone, together] = await scoreChoices(packed, requests, 1);
      expectSame([[together![1]!], [together![3]!]], [alone!, alone!]);
    });

    test('one loaded for choices answers plain requests as well', async () => {
      const requests = [
        { context: [1, 2, 3], options: [[4, 5, 6, 7], [8]] },
        { context: [10], options: [[11, 12]] },
      ];
      expectSame(await scoreSeparately(packed, requests), await scoreSeparately(plain, requests));
    });
  });

  test.each(['.', 'onnx/decoder_model.onnx', 'onnx/model.onnx'])(
    'where the context cannot be shared (%s, loaded without choices or an export) full sequences are scored',
    async (location) => {
      const folder = path.join(referenceFolder, 'gpt2-random');
      const checkpoint = await openCheckpoint(path.join(folder, location));
      const choices = location !== '.';
      const [plain, other] = await Promise.all([
        openScorer(await openCheckpoint(folder), { threads: 1 }),
        openScorer(checkpoint, { threads: 1, choices }),
      ]);
      try {
        const requests = fc.sample(trees(64, 320), { numRuns: 3, seed: 1 }).flat();
        const expected = await scoreSeparately(plain, requests);
        for (const budget of [1, 300]) expectSame(await scoreChoices(other, requests, budget), expected);
      } finally {
        await Promise.all([plain.close(), other.close()]);
      }
    },
  );
});

test('choices stop between batches when the signal is aborted, and what was computed is given out', async () => {
  const folder = await makeTemporaryFolder();
  await writeTinyModel(folder);
  const scorer = await openScorer(await openCheckpoint(folder), { threads: 1, choices: true });
  try {
    const requests = Array.from({ length: 20 }, (_, i) => ({ context: [i, 1], options: [[2, 3], [4]] }));
    const controller = new AbortController();
    let seen = 0;
    for await (const { results } of scorer.scoreChoices(
      requests,
      planBatches(requests.map(packedLength), 1),
      controller.signal,
    )) {
      expect(results).toHaveLength(1);
      if (++seen === 3) controller.abort();
    }
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(seen).toBeLessThanOrEqual(5);
  } finally {
    await scorer.close();
    await rm(folder, { recursive: true, force: true });
  }
});
