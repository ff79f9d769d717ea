import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../checkpoints/open.js';
import { type ExportForm, exportSizes, writeExport } from '../testing/onnx-export.js';
import { seededUniform } from '../testing/random.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { inputLength, planBatches, type ScoreRequest } from './batch.js';
import type { GenerationRequest } from './generation.js';
import { openGenerator } from './generator.js';
import { openScorer, type ScoreResult } from './scorer.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
/** A folder of its own with files of those forms and the config.json of an export of GPT-2. */
async function place(files: Record<string, ExportForm>, config: object = {}): Promise<string> {
  const model = path.join(folder, `${count++}`);
  await mkdir(model);
  const { nLayer, nHead, nEmbd, nCtx, vocabSize } = exportSizes;
  const sizes = { n_layer: nLayer, n_head: nHead, n_embd: nEmbd, n_positions: nCtx, vocab_size: vocabSize };
  await writeFile(
    path.join(model, 'config.json'),
    JSON.stringify({ model_type: 'gpt2', ...sizes, ...config }),
  );
  for (const [name, form] of Object.entries(files)) {
    const { model: bytes, external } = writeExport(form);
    await writeFile(path.join(model, name), bytes);
    if (form.external) await writeFile(path.join(model, form.external), external);
  }
  return model;
}

async function scoreAll(
  location: string,
  requests: readonly ScoreRequest[],
  batchTokens = 1024,
  excluded?: number[],
): Promise<ScoreResult[]> {
  const scorer = await openScorer(await openCheckpoint(location), { threads: 1, excluded });
  try {
    const results: ScoreResult[] = [];
    const batches = planBatches(requests.map(inputLength), batchTokens);
    for await (const { batch, results: found } of scorer.score(requests, batches)) {
      batch.members.forEach((member, index) => {
        results[member] = found[index]!;
      });
    }
    return results;
  } finally {
    await scorer.close();
  }
}

const ids = Array.from({ length: 20 }, (_, i) => (7 * i * i + 3 * i + 5) % 257);
const random = seededUniform(8);
const text = (length: number) => Array.from({ length }, () => Math.floor(random() * exportSizes.vocabSize));

const forms: Record<string, ExportForm> = {
  plain: {},
  'relu and another width': { activation: 'relu', inner: 40, mask: 'int64' },
  'past of no tokens': { past: 'separate', mask: 'int64', positions: 'int64' },
  'float16, stacked past, int32 ids, float mask': {
    ...({ past: 'stacked', numbers: 'float16' } as const),
    ...({ mask: 'float32', positions: 'int32', ids: { type: 'int32' } } as const),
  },
  'int8, dynamic': { past: 'separate', quantised: 'dynamic', mask: 'int64' },
  'int4 in blocks, float16': { quantised: 'blocks', numbers: 'float16', past: 'separate' },
  'merged, bool mask': { past: 'separate', part: 'merged', mask: 'bool' },
  'other names, token types, kept logits': {
    ...({ past: 'separate', keptLogits: true, tokenTypes: true } as const),
    ...{ logits: 'output_0', ids: { name: 'tokens' } },
  },
  'one row, int32 mask': { ids: { rows: 1 }, mask: 'int32' },
};

describe('exports of every form give what onnxruntime 1.30.0 gives in Python', () => {
  // Sum of the 19 log-probabilities and the first arg-maxes; float64 softmax of the logits.
  const plain = [-145.66981, [17, 40, 197, 17, 67, 170, 157, 233]] as const;
  test.each<[string, number, readonly number[], number?]>([
    ['plain', ...plain],
    ['relu and another width', -128.58121, [50, 194, 213, 198, 18, 91, 106, 213]],
    ['past of no tokens', ...plain],
    // Processors round halves and add up bytes in ways of their own.
    ['float16, stacked past, int32 ids, float mask', -145.66479, plain[1], 1],
    ['int8, dynamic', -145.83311, plain[1], 0],
    ['int4 in blocks, float16', -143.49901, [17, 40, 197, 17, 82, 168, 157, 197], 1],
    ['merged, bool mask', ...plain],
    ['other names, token types, kept logits', -142.97308, [168, 99, 170, 89, 99, 168, 99, 168]],
    ['one row, int32 mask', ...plain],
  ])('%s', async (name, sum, argMax, digits = 3) => {
    const config = { activation_function: 'relu', n_inner: 40, scale_attn_by_inverse_layer_idx: true };
    const location = await place({ 'model.onnx': forms[name]! }, config);
    // Beside a longer and a shorter text, so that there is padding.
    const requests = [ids, text(31), ids, text(7)].map((one) => ({ ids: one, from: 1 }));
    const results = await scoreAll(location, requests, 1024, [argMax[0]!]);
    for (const result of [results[0]!, results[2]!]) {
      expect(result.logProbs.reduce((a, b) => a + b)).toBeCloseTo(sum, digits);
      expect(result.argMax.slice(0, 8)).toEqual(argMax);
      expect(result.bestAllowed![0]).not.toBe(argMax[0]);
    }
  });
});

test('numbers of a graph with dynamic quantisation do not depend on the batch, to the last bit', async () => {
  const location = await place({ 'model.onnx': forms['int8, dynamic']! });
  const requests = [40, 3, 17, 17, 29, 8, 2, 33].map((length) => {
    const one = text(length);
    return { ids: one, from: Math.max(1, length - 9) };
  });
  const [narrow, wide] = [await scoreAll(location, requests, 64), await scoreAll(location, requests, 1024)];
  expect(narrow).toEqual(wide);
  const alone = await scoreAll(location, [requests[2]!]);
  expect(alone[0]).toEqual(wide[2]);
  // What is said of it: a token depends on those after it, so what is cut off changes what stands before.
  const long = requests[0]!.ids;
  const [whole, cut] = await scoreAll(location, [
    { ids: long, from: 1 },
    { ids: long.slice(0, 6), from: 1 },
  ]);
  expect(cut!.logProbs).not.toEqual(whole!.logProbs.slice(0, 5));
});

describe('writing', () => {
  const prompt = (length: number, maxTokens: number, seed: number): GenerationRequest => ({
    ...{ ids: text(length), maxTokens, seed },
    sampling: { method: 'sample', temperature: 1, topK: 40, topP: 1 },
  });
  const requests = [prompt(5, 9, 1), prompt(5, 30, 2), prompt(12, 20, 3), prompt(1, 47, 4)];
  // A twin, whose prompt is read once.
  requests.push({ ...requests[1]!, seed: 9, maxTokens: 3 });

  async function write(location: string, recompute: boolean, asked = requests) {
    const generator = await openGenerator(await openCheckpoint(location), { threads: 1, recompute });
    try {
      return { notes: generator.notes, results: await generator.generate(asked) };
    } finally {
      await generator.close();
    }
  }

  const first: ExportForm = { past: 'separate', part: 'first', mask: 'int64' };
  test.each<[string, Record<string, ExportForm>]>([
    ['past of no tokens', { 'model.onnx': forms['past of no tokens']! }],
    ['merged', { 'decoder_model_merged.onnx': forms['merged, bool mask']! }],
    [
      'in two files',
      { 'decoder_model.onnx': first, 'decoder_with_past_model.onnx': { ...first, part: undefined } },
    ],
    ['stacked', { 'model.onnx': { past: 'stacked' } }],
    ['kept logits', { 'model.onnx': forms['other names, token types, kept logits']! }],
    ['one row', { 'model.onnx': { past: 'separate', ids: { rows: 1 } } }],
  ])('%s: with keys and values kept as without', async (_name, files) => {
    const location = await place(files);
    const [kept, anew] = [await write(location, false), await write(location, true)];
    expect(kept.notes).toEqual([]);
    kept.results.forEach((result, index) => {
      const expected = anew.results[index]!;
      expect(result.tokens).toEqual(expected.tokens);
      expect(result.ended).toBe(expected.ended);
      result.logProbs.forEach((logProb, i) => {
        expect(logProb).toBeCloseTo(expected.logProbs[i]!, 4);
      });
    });
    const [alone] = (await write(location, false, [requests[2]!])).results;
    expect(alone).toEqual(kept.results[2]);
  });

  test('a graph of float16 goes on from its own keys and values', async () => {
    const location = await place({ 'model.onnx': forms['float16, stacked past, int32 ids, float mask']! });
    const exact = await place({ 'model.onnx': forms['past of no tokens']! });
    const greedy = requests.map((request) => ({ ...request, sampling: { method: 'greedy' } as const }));
    const [half, whole] = [await write(location, false, greedy), await write(exact, false, greedy)];
    expect(half.results.map(({ tokens }) => tokens.slice(0, 6))).toEqual(
      whole.results.map(({ tokens }) => tokens.slice(0, 6)),
    );
  });

  test('a text of a graph with dynamic quantisation does not depend on what else is written', async () => {
    const location = await place({ 'model.onnx': forms['int8, dynamic']! });
    const { results } = await write(location, false);
    for (const index of [1, 4]) {
      expect((await write(location, false, [requests[index]!])).results[0]).toEqual(results[index]);
    }
  });

  test('a graph without past says that it is slow', async () => {
    const { notes, results } = await write(await place({ 'model.onnx': {} }), false);
    expect(notes.join()).toContain('keeps no keys and values');
    expect(results[1]!.tokens).toHaveLength(30);
  });
});

describe('what a graph hands over', () => {
  test('weights may lie in a file of any name', async () => {
    const location = await place({ 'model.onnx': { external: 'gewichte.bin' } });
    const [result] = await scoreAll(location, [{ ids, from: 1 }]);
    expect(result!.logProbs.reduce((a, b) => a + b)).toBeCloseTo(-145.66981, 3);
  });

  test('a graph that ONNX Runtime cannot load is an error of the file', async () => {
    const location = await place({ 'model.onnx': { unknownOperation: true } });
    const checkpoint = await openCheckpoint(location);
    for (const open of [openScorer, openGenerator]) {
      await expect(open(checkpoint, { threads: 1 })).rejects.toMatchObject({
        problem: {
          file: path.join(location, 'model.onnx'),
          problem: expect.stringMatching(/ONNX Runtime cannot load .*Nonsense/s),
        },
      });
    }
  });

  test('a graph that lost its causal mask, or its place behind past keys and values, is refused', async () => {
    const noMask = await openCheckpoint(await place({ 'model.onnx': { lost: 'mask' } }));
    for (const open of [openScorer, openGenerator]) {
      const message = /logits: the logits of a token depend on the tokens after it/;
      await expect(open(noMask, { threads: 1 })).rejects.toThrow(message);
    }
    const form = { lost: 'positions', past: 'separate' } as const;
    const noPlace = await openCheckpoint(await place({ 'model.onnx': form }));
    await expect(openGenerator(noPlace, { threads: 1 })).rejects.toThrow(
      /logits are others than in one pass/,
    );
  });

  test('a vocabulary of another size than config.json says is that of the graph', async () => {
    const location = await place({ 'model.onnx': {} }, { vocab_size: 300 });
    expect(await openCheckpoint(location)).toMatchObject({
      config: { vocabSize: 257 },
      warnings: [expect.stringContaining('says vocab_size 300, but the graph has 257')],
    });
  });
});
