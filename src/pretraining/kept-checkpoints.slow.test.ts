import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InterruptedError } from '../errors.js';
import { openModel } from '../runtime/open-model.js';
import { isolatedEnvironment } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { layerNormEpsilon } from './config.js';
import { preparePretrainData } from './data.js';
import { pretrain } from './pretrain.js';
import type { Pretraining } from './pretraining.js';

let folder: string;
let env: Record<string, string>;
let run: Pretraining;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = isolatedEnvironment(folder);
  const text = Array.from({ length: 300 }, (_, i) => `The ${i % 5} herons saw ${(i * 3) % 7} frogs.`);
  await writeFile(path.join(folder, 'text.txt'), text.join('\n'));
  const data = await preparePretrainData([path.join(folder, 'text.txt')], {
    holdOut: 0,
    tokenizer: { kind: 'train', vocabSize: 280 },
    architecture: 'gpt2',
    env,
  });
  run = {
    config: {
      ...{ architecture: 'gpt2', nLayer: 1, nHead: 2, nEmbd: 16, nCtx: 32, layerNormEpsilon },
      vocabSize: data.tokenizer.vocabSize,
    },
    data,
    length: { updates: 12 },
    settings: {
      ...{ batch: 4, lengths: [{ length: 32, share: 1 }], lr: 3e-3, warmup: 0.1, weightDecay: 0.1 },
      ...{ beta2: 0.95, dropout: 0, maxGradNorm: 1, seed: 1, batchTokens: 128 },
    },
    output: path.join(folder, 'whole'),
    ...{
      dtype: 'F16',
      evaluations: 1,
      saveMinutes: 5,
      keepEvery: 5,
      prompt: 'The',
      threads: 1,
      fresh: false,
    },
  };
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const weightsOf = (...parts: string[]) => readFile(path.join(folder, ...parts, 'model.safetensors'));

test('every fifth model and the last one are there, and open like the model itself', async () => {
  await pretrain(run);
  expect((await readdir(path.join(folder, 'whole', 'checkpoints'))).sort()).toEqual(['10', '12', '5']);
  const kept = await openModel(path.join(folder, 'whole', 'checkpoints', '5'), { env });
  expect(kept.tokenizer.fingerprint).toBe(run.data.tokenizer.fingerprint);
  expect(kept.checkpoint.kind === 'weights' && kept.checkpoint.tensors.get('wte.weight')!.dtype).toBe('F16');
  expect((await weightsOf('whole', 'checkpoints', '12')).equals(await weightsOf('whole'))).toBe(true);
  expect((await weightsOf('whole', 'checkpoints', '5')).equals(await weightsOf('whole'))).toBe(false);
}, 60_000);

test('a run that was stopped keeps the same models, and none of them twice', async () => {
  const output = path.join(folder, 'stopped');
  const stop = new AbortController();
  const onProgress: Pretraining['onProgress'] = (progress) => {
    if (progress.phase === 'training' && progress.update >= 7) stop.abort();
  };
  await expect(pretrain({ ...run, output, signal: stop.signal, onProgress })).rejects.toThrow(
    InterruptedError,
  );
  const fifth = path.join(output, 'checkpoints', '5', 'model.safetensors');
  const before = await stat(fifth);
  // What a kill in the middle of writing leaves behind.
  await mkdir(path.join(output, 'checkpoints', '10.tmp'));
  await writeFile(path.join(output, 'checkpoints', '10.tmp', 'model.safetensors'), 'half');
  await pretrain({ ...run, output });
  expect((await readdir(path.join(output, 'checkpoints'))).sort()).toEqual(['10', '12', '5']);
  expect((await stat(fifth)).ino).toBe(before.ino);
  for (const updates of ['5', '10', '12']) {
    const [one, other] = await Promise.all(
      ['stopped', 'whole'].map((name) => weightsOf(name, 'checkpoints', updates)),
    );
    expect(one!.equals(other!), updates).toBe(true);
  }
}, 60_000);

test('a fresh start forgets them; those of an unknown run are not mixed with its own', async () => {
  const output = path.join(folder, 'fresh');
  await pretrain({ ...run, output, length: { updates: 5 } });
  await pretrain({ ...run, output, length: { updates: 2 }, keepEvery: 2, fresh: true });
  expect(await readdir(path.join(output, 'checkpoints'))).toEqual(['2']);
  const strange = path.join(folder, 'strange');
  await mkdir(path.join(strange, 'checkpoints', '2'), { recursive: true });
  await expect(pretrain({ ...run, output: strange })).rejects.toThrow('holds a model');
}, 60_000);

test('nothing is kept unless it is asked for', async () => {
  const output = path.join(folder, 'none');
  await pretrain({ ...run, output, length: { updates: 2 }, keepEvery: undefined });
  expect(await readdir(output)).not.toContain('checkpoints');
}, 60_000);
