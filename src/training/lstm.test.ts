import { afterEach, expect, test } from 'vitest';
import type { ModelConfig } from '../models/config.js';
import { adamW } from './adam.js';
import { gpt1Dropout } from './dropout.js';
import { createEngine, initialState, type TrainingEngine, type TrainingSettings } from './engine.js';
import { gpt1Schedule } from './schedule.js';
import { type ParameterNumbers, trainedShapes } from './training-graph.js';

const config: ModelConfig = {
  architecture: 'lstm',
  nLayer: 1,
  nHead: 0,
  nEmbd: 4,
  nCtx: 8,
  vocabSize: 11,
  layerNormEpsilon: 1e-5,
  units: 6,
};
const settings: TrainingSettings = {
  config,
  head: { kind: 'classification', classes: 3 },
  lmCoef: 0.5,
  seed: 1,
  optimizer: adamW,
  schedule: gpt1Schedule(10),
  tokenBudget: 100,
  threads: 1,
};

/** Of different lengths, so that all but the first are padded. */
const examples = [
  { sequences: [[1, 2, 3, 4, 5, 10]], target: 2 },
  { sequences: [[6, 7, 10]], target: 0 },
  { sequences: [[8, 9, 0, 10]], target: 1 },
];

const wave = (length: number, phase: number, scale = 1) =>
  Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + phase));

/**
 * PyTorch 2.13 in float64: nn.Embedding, nn.LSTM, nn.Linear and the tied output, one sequence at a time. Of each gradient g:
 * Σ gᵢ·sin(1.7·i + 9) and its norm.
 */
const expected = {
  lmLoss: 2.2366065308721166,
  classLoss: 1.2543575646178307,
  logits: [
    [0.411434, 0.3112035, -0.4916277],
    [-0.05375326, 1.123715, -0.2358156],
    [0.3288789, 1.357265, -0.6786311],
  ],
  tokenLogProbs: [
    [-3.107708, -3.333914, -3.271197, -2.839182, -2.046522],
    [-1.999989, -1.617523],
    [-1.206682, -3.436633, -1.300763],
  ],
  gradients: [
    ['embedding.weight', 0.06294065, 0.2614519],
    ['lstm.weight_ih', 0.192182, 0.1701939],
    ['lstm.weight_hh', -0.0760956, 0.1131338],
    ['lstm.bias', -0.1685281, 0.1998966],
    ['proj.weight', 0.2851994, 0.3665037],
    ['proj.bias', -0.4846517, 0.4201182],
    ['clf.weight', -0.09116462, 0.4029388],
    ['clf.bias', -0.2102937, 0.305246],
  ] as const,
};

let engine: TrainingEngine | undefined;
afterEach(async () => {
  await engine?.release();
  engine = undefined;
});

const start = async (changes: Partial<TrainingSettings> = {}) => {
  const shapes = trainedShapes({ ...settings, ...changes });
  const weights: ParameterNumbers = new Map(
    [...shapes].map(([name, shape], i) => [
      name,
      wave(
        shape.reduce((a, b) => a * b, 1),
        1 + i,
        0.8,
      ),
    ]),
  );
  engine = await createEngine({ ...settings, ...changes }, initialState(weights));
  return engine;
};

const near = (found: number, wanted: number, scale = Math.abs(wanted)) =>
  expect(Math.abs(found - wanted)).toBeLessThan(1e-5 * Math.max(scale, 0.1));

test('losses, scores and every gradient of an LSTM with a classifier are those of PyTorch', async () => {
  const { differentiate, evaluate } = await start();
  const { tokenLogProbs, logits } = await evaluate(examples);
  tokenLogProbs.forEach((row, i) => {
    row.forEach((value, t) => {
      near(value, expected.tokenLogProbs[i]![t]!);
    });
  });
  logits!.flat().forEach((value, i) => {
    near(value, expected.logits.flat()[i]!);
  });
  const { lmLoss, classLoss, gradients } = await differentiate(examples);
  near(lmLoss!, expected.lmLoss);
  near(classLoss!, expected.classLoss);
  expect([...gradients.keys()]).toEqual(expected.gradients.map(([name]) => name));
  for (const [name, projection, norm] of expected.gradients) {
    const gradient = gradients.get(name)!;
    const weights = wave(gradient.length, 9);
    near(Math.hypot(...gradient), norm);
    near(
      gradient.reduce((sum, value, i) => sum + value * weights[i]!, 0),
      projection,
      norm,
    );
  }
});

test('with dropout an update can be repeated, and another one is different', async () => {
  const dropping = { dropout: { ...gpt1Dropout, residual: 0.5 } };
  const first = await (await start(dropping)).differentiate(examples);
  const loss = first.lmLoss;
  await engine!.release();
  const again = await start(dropping);
  expect((await again.differentiate(examples)).lmLoss).toBe(loss);
  await again.step(examples);
  expect((await again.differentiate(examples)).lmLoss).not.toBe(loss);
  expect(Math.abs(loss! - expected.lmLoss)).toBeGreaterThan(1e-3);
});

test('units of the width of the embedding need no projection', async () => {
  const square = await start({ config: { ...config, units: 4 } });
  expect([...square.state.weights.keys()]).not.toContain('proj.weight');
  const before = (await square.differentiate(examples)).lmLoss!;
  for (let update = 0; update < 5; update++) await square.step(examples);
  expect((await square.differentiate(examples)).lmLoss!).toBeLessThan(before);
});
