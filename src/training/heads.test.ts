import { afterEach, describe, expect, test } from 'vitest';
import type { ClassHead } from '../models/class-heads.js';
import { classHeadNames } from '../models/class-heads.js';
import { seededNormal } from '../random/random-numbers.js';
import { referenceHeadSteps, referenceTensors } from '../testing/finetune-reference.js';
import { gpt1Adam } from './adam.js';
import type { TrainingExample } from './batch.js';
import { gpt1Dropout, noDropout } from './dropout.js';
import { createEngine, initialState, type TrainingEngine, type TrainingSettings } from './engine.js';
import { gpt1Schedule } from './schedule.js';
import { type ParameterNumbers, trainedShapes, trainingGraph } from './training-graph.js';

const open: TrainingEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.release()));
});
const start = async (settings: TrainingSettings, weights: ParameterNumbers) => {
  const engine = await createEngine(settings, initialState(weights));
  open.push(engine);
  return engine;
};
const common = { lmCoef: 0.5, seed: 1, optimizer: gpt1Adam, schedule: gpt1Schedule(10), threads: 1 };

describe('the options of a choice', () => {
  const head: ClassHead = { kind: 'choice', classes: 3 };
  const config = {
    architecture: 'gpt2' as const,
    nLayer: 1,
    nHead: 2,
    nEmbd: 16,
    nCtx: 12,
    vocabSize: 20,
    layerNormEpsilon: 1e-5,
  };

  test('lose the same channels before the classifier, so that equal options stay equal', async () => {
    const dropout = { ...noDropout, classifier: 0.5 };
    const settings = { ...common, config, head, lmCoef: 0, dropout, tokenBudget: 4096 };
    const fill = seededNormal(3);
    const weights: ParameterNumbers = new Map();
    for (const [name, shape] of trainedShapes(settings)) {
      const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (/ln_\w\.weight/.test(name)) numbers.fill(1);
      else fill(numbers, 0.3);
      weights.set(name, numbers);
    }
    const { differentiate } = await start(settings, weights);
    const equal = { sequences: [1, 2, 3].map(() => [4, 5, 6, 7]), target: 1 };
    const { classLoss } = await differentiate([equal, { ...equal, target: 2 }]);
    expect(classLoss).toBeCloseTo(Math.log(3), 5);
  });

  test('have one mask for each example, other heads one for each feature', () => {
    const shapeOf = (of: ClassHead) =>
      trainingGraph({ config, head: of, lmCoef: 0 }, gpt1Dropout).masks.at(-1)!.shape;
    expect(shapeOf(head)).toEqual(['E', 1, 16]);
    expect(shapeOf({ kind: 'similarity', classes: 2 })).toEqual(['E', 16]);
  });
});

describe(`a number that is predicted`, () => {
  // The logits are those of float64 PyTorch 2.13; what follows from them is computed here.
  test.each(['gpt1', 'gpt2'] as const)(
    '%s: loss and gradient are those of the squared error',
    async (architecture) => {
      const checkpoint = `${architecture}-random`;
      const { clf_weight_start, steps } = referenceHeadSteps(checkpoint, 'similarity');
      const weights: ParameterNumbers = await referenceTensors(checkpoint, 'finetune_start.safetensors');
      weights.set(
        classHeadNames.weight,
        Float32Array.from(clf_weight_start, ([first]) => first!),
      );
      weights.set(classHeadNames.bias, new Float32Array(1));
      const config = {
        architecture,
        nLayer: 3,
        nHead: 4,
        nEmbd: 48,
        nCtx: 64,
        vocabSize: 323,
        layerNormEpsilon: 1e-5,
      };
      const head: ClassHead = { kind: 'similarity', classes: 1 };
      const { sequences, logits, lm_loss } = steps[0]!;
      const targets = sequences.map((_, i) => (1.7 * i) % 5);
      const batch = sequences.map((pair, i): TrainingExample => ({ sequences: pair, target: targets[i]! }));
      const errors = logits.map(([predicted], i) => predicted! - targets[i]!);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      for (const tokenBudget of [4096, 60]) {
        const engine = await start({ ...common, config, head, tokenBudget }, weights);
        const found = await engine.differentiate(batch);
        expect(found.passes > 1).toBe(tokenBudget === 60);
        expect(Math.abs(found.classLoss! - mean(errors.map((error) => error ** 2)))).toBeLessThan(1e-4);
        expect(Math.abs(found.lmLoss! - lm_loss)).toBeLessThan(1e-4);
        const bias = found.gradients.get(classHeadNames.bias)![0]!;
        expect(Math.abs(bias - 2 * mean(errors))).toBeLessThan(1e-4);
        const classified = (await engine.classify(batch)).flat();
        for (const [i, predicted] of classified.entries())
          expect(Math.abs(predicted - logits[i]![0]!)).toBeLessThan(1e-4);
      }
    },
  );

  test('that is no number is refused', async () => {
    const weights: ParameterNumbers = await referenceTensors('gpt2-random', 'finetune_start.safetensors');
    weights.set(classHeadNames.weight, new Float32Array(48)).set(classHeadNames.bias, new Float32Array(1));
    const config = {
      architecture: 'gpt2' as const,
      nLayer: 3,
      nHead: 4,
      nEmbd: 48,
      nCtx: 64,
      vocabSize: 323,
      layerNormEpsilon: 1e-5,
    };
    const engine = await start(
      { ...common, config, head: { kind: 'classification', classes: 1 }, tokenBudget: 60 },
      weights,
    );
    await expect(engine.differentiate([{ sequences: [[1, 2]], target: Number.NaN }])).rejects.toThrow(
      new RangeError('example 0: its label NaN is no number'),
    );
    await expect(engine.differentiate([{ sequences: [[1, 2]], target: [1] }])).rejects.toThrow(RangeError);
  });
});
