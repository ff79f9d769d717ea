import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { DataError, UserError } from '../errors.js';
import type { ModelConfig } from '../models/config.js';
import { seededNormal } from '../random/random-numbers.js';
import { seededUniform } from '../testing/random.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { gpt1Adam } from './adam.js';
import type { TrainingExample } from './batch.js';
import { gpt1Dropout } from './dropout.js';
import type { StepResult, TrainingSettings } from './engine.js';
import { gpt1Schedule } from './schedule.js';
import { initialHead, openTrainer, type Trainer } from './trainer.js';
import { type ParameterNumbers, trainedShapes } from './training-graph.js';

const config: ModelConfig = {
  architecture: 'gpt1',
  nLayer: 2,
  nHead: 2,
  nEmbd: 16,
  nCtx: 12,
  vocabSize: 40,
  layerNormEpsilon: 1e-5,
};
const settings: TrainingSettings = {
  config,
  head: { kind: 'classification', classes: 2 },
  lmCoef: 0.5,
  dropout: gpt1Dropout,
  seed: 42,
  optimizer: gpt1Adam,
  schedule: gpt1Schedule(40, 3e-3),
  tokenBudget: 40,
  threads: 1,
};

function startWeights(of: TrainingSettings = settings): ParameterNumbers {
  const fill = seededNormal(1);
  const weights: ParameterNumbers = new Map();
  for (const [name, shape] of trainedShapes(of)) {
    const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (/ln_\d\.weight/.test(name)) numbers.fill(1);
    else if (!name.endsWith('bias')) fill(numbers, 0.1);
    weights.set(name, numbers);
  }
  return weights;
}

/** Batches whose class is told by the first token. */
function makeBatches(count: number): TrainingExample[][] {
  const uniform = seededUniform(5);
  const below = (limit: number) => Math.floor(uniform() * limit);
  return Array.from({ length: count }, () =>
    Array.from({ length: 8 }, () => {
      const target = below(2);
      const rest = Array.from({ length: 3 + below(8) }, () => below(38));
      return { sequences: [[38 + target, ...rest]], target };
    }),
  );
}

let folder: string;
const open: Trainer[] = [];
const start = async (of: TrainingSettings = settings, weights = startWeights(of)) => {
  const trainer = await openTrainer({ ...of, weights });
  open.push(trainer);
  return trainer;
};
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.close()));
  await rm(folder, { recursive: true });
});

function bytesOf(weights: ParameterNumbers): string {
  return [...weights]
    .map(([name, { buffer }]) => `${name} ${Buffer.from(buffer).toString('hex')}`)
    .join('\n');
}

test('a run that was stopped and resumed ends in the same bits as one that was not', async () => {
  const batches = makeBatches(6);
  const straight = await start();
  const losses: number[] = [];
  for (const batch of batches) losses.push((await straight.step(batch)).loss);
  const wanted = bytesOf(await straight.exportWeights());

  const file = path.join(folder, 'state.safetensors');
  const stopped = await start();
  for (const batch of batches.slice(0, 3)) await stopped.step(batch);
  await stopped.saveState(file, { order: '3,4,5' });
  await stopped.step(batches[0]!);

  const resumed = await start();
  expect(await resumed.loadState(file)).toEqual({ order: '3,4,5' });
  expect(resumed.updates).toBe(3);
  for (const [i, batch] of batches.entries()) {
    if (i >= 3) expect((await resumed.step(batch)).loss).toBe(losses[i]);
  }
  expect(bytesOf(await resumed.exportWeights())).toBe(wanted);
});

test('dropout differs from update to update and with the seed', async () => {
  const [batch] = makeBatches(1);
  const still = { ...settings, schedule: gpt1Schedule(40, 0) };
  const trainer = await start(still);
  const other = await start({ ...still, seed: 43 });
  const losses = [await trainer.step(batch!), await trainer.step(batch!), await other.step(batch!)];
  expect(new Set(losses.map(({ loss }) => loss)).size).toBe(3);
  expect(losses[0]!.passes).toBeGreaterThan(1);
});

test('training on the classes alone learns: the loss falls and unseen examples are told apart', async () => {
  const trainer = await start({
    ...settings,
    lmCoef: 0,
    dropout: undefined,
    schedule: gpt1Schedule(60, 1e-2),
  });
  const results: StepResult[] = [];
  for (const batch of makeBatches(60)) results.push(await trainer.step(batch));
  const mean = (part: typeof results) =>
    part.reduce((sum, { classLoss }) => sum + classLoss!, 0) / part.length;
  expect(mean(results.slice(-5))).toBeLessThan(0.7 * mean(results.slice(0, 5)));
  const [unseen] = makeBatches(61).slice(60);
  const { logits, tokenLogProbs } = await trainer.evaluate(unseen!);
  const right = logits!.filter(([no, yes], i) => Number(yes! > no!) === unseen![i]!.target).length;
  expect(right).toBe(8);
  expect(tokenLogProbs.map(({ length }) => length)).toEqual(
    unseen!.map(({ sequences }) => sequences[0]!.length - 1),
  );
});

test('a loss that is not a number stops the run and changes nothing', async () => {
  const weights = startWeights();
  weights.get('h.0.mlp.c_fc.weight')![3] = Number.NaN;
  const trainer = await start(settings, weights);
  const before = bytesOf(await trainer.exportWeights());
  await expect(trainer.step(makeBatches(1)[0]!)).rejects.toThrow(UserError);
  await expect(trainer.step(makeBatches(1)[0]!)).rejects.toThrow(/diverged at update 1: the loss is NaN/);
  expect(trainer.updates).toBe(0);
  expect(bytesOf(await trainer.exportWeights())).toBe(before);
});

test('the state of another model is refused with the tensor that does not fit, and changes nothing', async () => {
  const file = path.join(folder, 'state.safetensors');
  const small = { ...settings, config: { ...config, vocabSize: 39 } };
  await (await start(small)).saveState(file);
  const trainer = await start();
  const before = bytesOf(await trainer.exportWeights());
  const error = await trainer.loadState(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message).toContain('tokens_embed.weight');
  expect((error as DataError).message).toContain('Expected F32 [40,16], found F32 [39,16].');
  expect(bytesOf(await trainer.exportWeights())).toBe(before);
});

test('a file that is not a state is refused', async () => {
  const file = path.join(folder, 'state.safetensors');
  await writeFile(file, 'not a state');
  await expect((await start()).loadState(file)).rejects.toThrow(DataError);
});

test('a state holds weights and both moments under their names', async () => {
  const file = path.join(folder, 'state.safetensors');
  await (await start()).saveState(file, { epoch: '2' });
  const { entries, metadata } = await readSafetensorsHeader(file);
  const names = entries.map(({ name }) => name);
  expect(names).toContain('clf.weight');
  expect(names).toContain('adam.m/clf.weight');
  expect(names).toContain('adam.v/clf.weight');
  expect(metadata).toEqual({ epoch: '2', format: 'pt', updates: '0' });
});

test('a folder that is not there is the error of the system', async () => {
  const trainer = await start();
  await expect(trainer.saveState(path.join(folder, 'none', 'state'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('examples that do not fit are refused before anything is computed', async () => {
  const trainer = await start();
  await expect(trainer.step([{ sequences: [[1, 99]], target: 0 }])).rejects.toThrow(
    new RangeError('example 0: token 99 is not in the vocabulary of 40'),
  );
  await expect(trainer.step([])).rejects.toThrow(new RangeError('a batch without examples'));
  expect(trainer.updates).toBe(0);
});

test('a new head is small and repeats with its seed', () => {
  const head = { kind: 'choice', classes: 4 } as const;
  const [first, again] = [initialHead(head, 16, 7), initialHead(head, 16, 7)];
  expect(first).toEqual(again);
  expect(first.get('clf.weight')).toHaveLength(16);
  expect(Math.max(...first.get('clf.weight')!)).toBeGreaterThan(0.01);
  expect(first.get('clf.bias')).toEqual(new Float32Array(1));
});
