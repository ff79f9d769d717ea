import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../errors.js';
import { parameterShapes } from '../models/parameters.js';
import { openModel } from '../runtime/open-model.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { writeModelWeights } from '../training/model-files.js';
import { layerNormEpsilon } from './config.js';
import { preparePretrainData } from './data.js';
import { readPretrainLog } from './log.js';
import { pretrain } from './pretrain.js';
import type { Pretraining } from './pretraining.js';

let folder: string;
let env: Record<string, string>;
let run: Pretraining;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = isolatedEnvironment(folder);
  const text = Array.from({ length: 400 }, (_, i) => `The ${i % 7} ravens saw ${(i * 5) % 11} foxes.`).join(
    '\n',
  );
  await writeFile(path.join(folder, 'text.txt'), text);
  const data = await preparePretrainData([path.join(folder, 'text.txt')], {
    holdOut: 0.1,
    tokenizer: { kind: 'train', vocabSize: 280 },
    architecture: 'gpt2',
    env,
  });
  run = {
    config: {
      architecture: 'gpt2',
      nLayer: 1,
      nHead: 2,
      nEmbd: 16,
      nCtx: 32,
      vocabSize: data.tokenizer.vocabSize,
      layerNormEpsilon,
    },
    data,
    length: { updates: 12 },
    settings: {
      batch: 4,
      lengths: [{ length: 32, share: 1 }],
      lr: 3e-3,
      warmup: 0.1,
      weightDecay: 0.1,
      beta2: 0.95,
      dropout: 0,
      maxGradNorm: 1,
      seed: 1,
      batchTokens: 128,
    },
    output: path.join(folder, 'model'),
    dtype: 'F16',
    evaluations: 1,
    saveMinutes: 5,
    prompt: 'The',
    baselineOrder: 2,
    threads: 1,
    fresh: false,
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a run ends with a model in halves, its perplexity and that of an n-gram model', async () => {
  const outcome = await pretrain(run);
  expect(outcome).toMatchObject({ totalUpdates: 12, wasComplete: false });
  expect(outcome.heldOut!.tokens).toBe(outcome.baseline!.tokens);
  expect(outcome.baseline!.perTokenPerplexity).toBeLessThan(outcome.heldOut!.perTokenPerplexity);
  const { checkpoint, tokenizer } = await openModel(run.output, { env });
  expect(checkpoint.kind === 'weights' && checkpoint.tensors.get('wte.weight')!.dtype).toBe('F16');
  expect(tokenizer.fingerprint).toBe(run.data.tokenizer.fingerprint);
  const config = JSON.parse(await readFile(path.join(run.output, 'config.json'), 'utf8')) as object;
  expect(config).toMatchObject({ model_type: 'gpt2', eos_token_id: tokenizer.endOfText[0], n_positions: 32 });
});

test('minutes become a number of updates that is kept', async () => {
  const timed = {
    ...run,
    length: { minutes: 0.03 },
    output: path.join(folder, 'timed'),
    baselineOrder: undefined,
  };
  const { totalUpdates } = await pretrain(timed);
  expect(totalUpdates).toBeGreaterThan(1);
  const stored = JSON.parse(
    await readFile(path.join(folder, 'timed', 'training', 'run.json'), 'utf8'),
  ) as object;
  expect(stored).toMatchObject({ totalUpdates, identity: { length: { minutes: 0.03 } } });
});

test('minutes are kept where evaluations would take longer than they last, and the start says what fits', async () => {
  const notes: string[] = [];
  const { heldOut, training } = run.data;
  const started = performance.now();
  const { updates, heldOut: found } = await pretrain({
    ...run,
    // All of it twenty times is far more than fits.
    data: { ...run.data, heldOut: { ...training, documents: training.documents }, training: heldOut! },
    length: { minutes: 0.05 },
    evaluations: 1000,
    settings: { ...run.settings, batchTokens: 32 },
    baselineOrder: undefined,
    output: path.join(folder, 'kept'),
    onNote: (text) => notes.push(text),
  });
  expect(updates).toBeGreaterThan(1);
  expect((performance.now() - started) / 1000).toBeLessThan(2 * 0.05 * 60);
  expect(found!.share).toBeGreaterThan(0);
  expect(notes[0]).toMatch(/^[\d,]+ updates of 128 tokens fit into 3 s, with \d+ looks? on the way\./);
});

test('minutes in which not one update fits are refused before anything is written', async () => {
  const output = path.join(folder, 'no-time');
  const late = { ...run, length: { minutes: 0.01 }, startedAt: performance.now() - 60_000, output };
  await expect(pretrain(late)).rejects.toThrow(
    /^Not one update fits into 1 s: one takes .* reading the text took/,
  );
  expect(await readdir(output)).toEqual(['training']);
});

test('a model that is as good as guessing is said to have learned nothing', async () => {
  const settings = { ...run.settings, lr: 1e-9 };
  const idle = { ...run, settings, length: { updates: 2 }, output: path.join(folder, 'idle') };
  expect(await pretrain(idle)).toMatchObject({ learned: false, updates: 2 });
  const { code, stderr } = await runGpt(
    [
      ...[
        'pretrain',
        'text.txt',
        '-o',
        'idle-minutes',
        '--minutes',
        '0.1',
        '--lr',
        '0',
        '--evaluations',
        '1',
      ],
      ...['--tokenizer', 'train:280', '--layers', '1', '--width', '32', '--heads', '1', '--context', '32'],
    ],
    { cwd: folder, env },
  );
  expect(stderr).toContain('The model has learned nothing: its loss, 5.6');
  expect(code).toBe(1);
});

test('a loss that is no number stops with a clear message and keeps the last good model', async () => {
  const output = path.join(folder, 'diverged');
  const settings = { ...run.settings, lr: 1e36, warmup: 0 };
  const error = await pretrain({ ...run, settings, output, dtype: 'F32' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(
    /^Update \d+ of 12 cannot be done: .*the loss is (NaN|Infinity)/,
  );
  expect((error as UserError).hint).toContain('--fresh and a smaller --lr');
  // Opening reads all weights and refuses any that is not finite.
  await openModel(output, { env });
  const good = (await readPretrainLog(path.join(output, 'training', 'log.jsonl'))).at(-1)!;
  expect((error as UserError).message).toContain(`Update ${good.update + 1} of`);
});

test('weights that 16 bits cannot hold are not written as infinity', async () => {
  const weights = new Map(
    [...parameterShapes(run.config)].map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1),
    ]),
  );
  weights.get('wpe.weight')![3] = -1e5;
  await expect(writeModelWeights(folder, run.config, weights, 'F16')).rejects.toThrow(
    'wpe.weight has weights that are too large',
  );
});

describe('what the user can mend is said clearly', () => {
  const gpt = (...args: string[]) =>
    runGpt(
      [
        'pretrain',
        ...args,
        '--output',
        'out',
        '--updates',
        '1',
        '--layers',
        '1',
        '--width',
        '64',
        '--context',
        '32',
      ],
      { cwd: folder, env },
    );

  test.each([
    [
      'an empty file',
      async () => writeFile(path.join(folder, 'empty.txt'), ''),
      ['empty.txt'],
      'There is no text in empty.txt',
    ],
    [
      'a binary file',
      async () => writeFile(path.join(folder, 'b.txt'), Buffer.from([0, 1, 2, 0, 255, 254, 0, 7])),
      ['b.txt'],
      'a binary file',
    ],
    ['a missing folder', async () => {}, ['nowhere'], 'nowhere'],
    ['a folder without text', async () => mkdir(path.join(folder, 'void')), ['void'], 'no .txt file'],
    [
      'an unknown document to hold out',
      async () => {},
      ['text.txt', '--hold-out', 'x.txt'],
      'not in the corpus: x.txt',
    ],
    ['an unknown tokenizer', async () => {}, ['text.txt', '--tokenizer', 'gpt3'], 'no such folder'],
    [
      'a text shorter than the context',
      async () => writeFile(path.join(folder, 's.txt'), 'A short text.\n'),
      ['s.txt', '--hold-out', '0', '--tokenizer', 'train:300'],
      'Give more text, or a shorter context',
    ],
    ['a length said twice', async () => {}, ['text.txt', '--epochs', '2'], 'Say once how long to train'],
  ] as const)('%s', async (_, prepare, args, message) => {
    await prepare();
    const { code, stderr } = await gpt(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('bug');
    expect(code).toBeGreaterThan(0);
  });

  test('a folder with another model in it', async () => {
    await mkdir(path.join(folder, 'theirs'));
    await writeFile(path.join(folder, 'theirs', 'model.safetensors'), 'precious');
    await expect(pretrain({ ...run, output: path.join(folder, 'theirs'), fresh: true })).rejects.toThrow(
      'holds a model that was not trained there',
    );
    expect(await readFile(path.join(folder, 'theirs', 'model.safetensors'), 'utf8')).toBe('precious');
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder that cannot be written (needs a user other than root)',
    async () => {
      await mkdir(path.join(folder, 'locked'));
      await chmod(path.join(folder, 'locked'), 0o500);
      const output = path.join(folder, 'locked', 'model');
      await expect(pretrain({ ...run, output })).rejects.toThrow(UserError);
    },
  );
});
