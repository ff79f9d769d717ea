import { afterEach, describe, expect, test } from 'vitest';
import type { ClassHead } from '../models/class-heads.js';
import { classHeadNames } from '../models/class-heads.js';
import type { ModelConfig } from '../models/config.js';
import { referenceHeadSteps, referenceSteps, referenceTensors } from '../testing/finetune-reference.js';
import { gpt1Adam } from './adam.js';
import type { TrainingExample } from './batch.js';
import { createEngine, initialState, type TrainingEngine, type TrainingSettings } from './engine.js';
import { gpt1Schedule } from './schedule.js';
import type { ParameterNumbers } from './training-graph.js';

/** Golden values: float64 PyTorch 2.13, its forward pass checked against Hugging Face transformers 5.18 to 1e-14. */
const architectures = ['gpt1', 'gpt2'] as const;

const settingsOf = (architecture: (typeof architectures)[number], head: ClassHead): TrainingSettings => {
  const config: ModelConfig = {
    architecture,
    nLayer: 3,
    nHead: 4,
    nEmbd: 48,
    nCtx: 64,
    vocabSize: 323,
    layerNormEpsilon: 1e-5,
  };
  const schedule = gpt1Schedule(10);
  return { config, head, lmCoef: 0.5, seed: 1, optimizer: gpt1Adam, schedule, tokenBudget: 4096, threads: 1 };
};

let engine: TrainingEngine | undefined;
afterEach(async () => {
  await engine?.release();
  engine = undefined;
});

/** Largest difference between two tensors. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe.each(architectures)(`five updates of fine-tuning, %s, as PyTorch computes them`, (architecture) => {
  const checkpoint = `${architecture}-random`;
  const settings = settingsOf(architecture, { kind: 'classification', classes: 3 });
  const load = async () => {
    const start = await referenceTensors(checkpoint, 'finetune_start.safetensors');
    engine = await createEngine(settings, initialState(start));
    return engine;
  };
  const { steps, total_updates } = referenceSteps(checkpoint);
  const batches = steps.map(({ ids, mask, labels }) =>
    ids.map((row, i): TrainingExample => {
      const length = mask[i]!.reduce((sum, isReal) => sum + isReal, 0);
      return { sequences: [row.slice(0, length)], target: labels[i]! };
    }),
  );

  test('every gradient of the first batch is right to 1e-4 of the largest element', async () => {
    const { differentiate } = await load();
    const { gradients } = await differentiate(batches[0]!);
    const expected = await referenceTensors(checkpoint, 'finetune_first_gradients.safetensors');
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, wanted] of expected) {
      const largest = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest, name).toBeGreaterThan(0);
      expect(largestDifference(gradients.get(name)!, wanted) / largest, name).toBeLessThan(1e-4);
    }
  });

  test('losses, norms, learning rates and the weights afterwards are right', async () => {
    const { step, state } = await load();
    expect(total_updates).toBe(10);
    for (const [i, batch] of batches.entries()) {
      const found = await step(batch);
      const wanted = steps[i]!;
      expect(Math.abs(found.loss - wanted.loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.lmLoss! - wanted.lm_loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.classLoss! - wanted.clf_loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.gradNorm / wanted.grad_norm - 1)).toBeLessThan(1e-4);
      expect(Math.abs(found.lr - wanted.lr)).toBeLessThan(1e-12);
    }
    const expected = await referenceTensors(checkpoint, 'finetune_after_5_updates.safetensors');
    for (const [name, wanted] of expected) {
      expect(largestDifference(state.weights.get(name)!, wanted), name).toBeLessThan(2e-5);
    }
  });

  test('a batch that is cut into passes gives the same gradients and losses', async () => {
    const whole = await (await load()).differentiate(batches[0]!);
    await engine!.release();
    engine = await createEngine({ ...settings, tokenBudget: 30 }, engine!.state);
    const cut = await engine.differentiate(batches[0]!);
    expect([whole.passes, cut.passes]).toEqual([1, 3]);
    expect(Math.abs(cut.lmLoss! - whole.lmLoss!)).toBeLessThan(1e-5);
    expect(Math.abs(cut.classLoss! - whole.classLoss!)).toBeLessThan(1e-5);
    for (const [name, gradient] of whole.gradients) {
      expect(largestDifference(gradient, cut.gradients.get(name)!), name).toBeLessThan(2e-5);
    }
  });

  test('evaluation gives the logits of the reference and the loss of training', async () => {
    const { evaluate } = await load();
    const { logits, tokenLogProbs } = await evaluate(batches[0]!);
    for (const [row, wanted] of steps[0]!.clf_logits.entries()) {
      for (const [k, logit] of wanted.entries())
        expect(Math.abs(logits![row]![k]! - logit)).toBeLessThan(1e-5);
    }
    const means = tokenLogProbs.map((found) => found.reduce((sum, value) => sum - value, 0) / found.length);
    const loss = means.reduce((sum, value) => sum + value, 0) / means.length;
    expect(Math.abs(loss - steps[0]!.lm_loss)).toBeLessThan(1e-4);
  });
});

const heads = [
  ['similarity', { kind: 'similarity', classes: 2 }],
  ['choice', { kind: 'choice', classes: 4 }],
  ['soft', { kind: 'similarity', classes: 6 }],
] as const;

describe.each(architectures)(`the other heads, %s`, (architecture) => {
  test.each(heads)('five updates with the %s head are those of PyTorch', async (name, head) => {
    const checkpoint = `${architecture}-random`;
    const { clf_weight_start, steps } = referenceHeadSteps(checkpoint, name);
    const start: ParameterNumbers = await referenceTensors(checkpoint, 'finetune_start.safetensors');
    const weight = Float32Array.from(clf_weight_start.flat());
    start.set(classHeadNames.weight, weight).set(classHeadNames.bias, new Float32Array(weight.length / 48));
    engine = await createEngine(settingsOf(architecture, head), initialState(start));
    for (const wanted of steps) {
      const batch = wanted.sequences.map((sequences, i): TrainingExample => {
        const label = wanted.labels[i]!;
        return { sequences, target: name === 'soft' ? spread(label, 6) : label };
      });
      const { logits } = await engine.evaluate(batch);
      for (const [row, numbers] of wanted.logits.entries()) {
        for (const [k, logit] of numbers.entries())
          expect(Math.abs(logits![row]![k]! - logit)).toBeLessThan(1e-4);
      }
      const classified = (await engine.classify(batch)).flat();
      for (const [place, logit] of wanted.logits.flat().entries())
        expect(Math.abs(classified[place]! - logit)).toBeLessThan(1e-4);
      const found = await engine.step(batch);
      expect(Math.abs(found.loss - wanted.loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.classLoss! - wanted.clf_loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.lmLoss! - wanted.lm_loss)).toBeLessThan(1e-4);
      expect(Math.abs(found.gradNorm / wanted.grad_norm - 1)).toBeLessThan(1e-4);
    }
    expect(steps).toHaveLength(5);
  });
});

/** A score between two classes as a soft label: 3.4 of 6 → [0, 0, 0, 0.6, 0.4, 0]. */
function spread(score: number, classes: number): number[] {
  return Array.from({ length: classes }, (_, k) => Math.max(0, 1 - Math.abs(score - k)));
}
