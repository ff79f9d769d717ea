import { expect, test } from 'vitest';
import { seededUniform } from '../testing/random.js';
import { adamW, createOptimizer, gpt1Adam, type OptimizerSettings, stepSizes } from './adam.js';

/** The update of the GPT-1 release (opt.py:adam), or AdamW, number by number in 64 bits. */
function reference(
  settings: OptimizerSettings,
  rates: number[],
  gradient: (t: number) => number,
  start: number,
) {
  let [w, m, v] = [start, 0, 0];
  for (const [update, rate] of rates.entries()) {
    const t = update + 1;
    const g = gradient(t);
    m = settings.beta1 * m + (1 - settings.beta1) * g;
    v = settings.beta2 * v + (1 - settings.beta2) * g * g;
    const [mHat, vHat] = [m / (1 - settings.beta1 ** t), v / (1 - settings.beta2 ** t)];
    if (settings.epsilonIn === 'corrected') {
      w -= rate * (mHat / (Math.sqrt(vHat) + settings.epsilon) + settings.weightDecay * w);
    } else {
      const lrt = (rate * Math.sqrt(1 - settings.beta2 ** t)) / (1 - settings.beta1 ** t);
      w -= lrt * (m / (Math.sqrt(v) + settings.epsilon) + settings.weightDecay * w);
    }
  }
  return w;
}

const loud = (settings: OptimizerSettings): OptimizerSettings => ({
  ...settings,
  epsilon: 1e-3,
  weightDecay: 0.5,
});

test.each([
  ['the GPT-1 release', loud(gpt1Adam)],
  ['AdamW', loud(adamW)],
])('%s: parameters of more than one piece go as they do one by one', async (_name, settings) => {
  const uniform = seededUniform(3);
  const length = (1 << 18) + 77;
  const start = Float32Array.from({ length }, () => uniform() - 0.5);
  const base = Float32Array.from({ length }, () => 0.01 * (uniform() - 0.5));
  const rates = [0, 0.01, 0.02, 0.005];
  const optimizer = await createOptimizer(settings, 1);
  const parameter = {
    weight: start.slice(),
    gradient: new Float32Array(length),
    m: new Float32Array(length),
    v: new Float32Array(length),
    decays: true,
  };
  for (const [update, rate] of rates.entries()) {
    parameter.gradient.set(base.map((value) => value * (update + 1)));
    await optimizer.update([parameter], stepSizes(settings, rate, update), 0.25);
    // A rate of 0 moves nothing, but the moments go on.
    if (update === 0) expect(parameter.weight.every((value, i) => value === start[i])).toBe(true);
  }
  await optimizer.release();
  for (const i of [0, 1, 1000, (1 << 18) - 1, 1 << 18, length - 1]) {
    const wanted = reference(settings, rates, (t) => 0.25 * base[i]! * t, start[i]!);
    expect(Math.abs(wanted - start[i]!)).toBeGreaterThan(1e-4);
    expect(Math.abs(parameter.weight[i]! - wanted), `number ${i}`).toBeLessThan(1e-6);
  }
});

test('decay leaves parameters of one dimension alone', async () => {
  const optimizer = await createOptimizer(gpt1Adam, 1);
  const make = (decays: boolean) => ({
    weight: Float32Array.of(1, -2),
    gradient: new Float32Array(2),
    m: new Float32Array(2),
    v: new Float32Array(2),
    decays,
  });
  const [matrix, bias] = [make(true), make(false)];
  await optimizer.update([matrix, bias], { step: 0.1, epsilon: 1e-8, decay: 0.01 }, 1);
  expect(matrix.weight).toEqual(Float32Array.of(0.99, -1.98));
  expect(bias.weight).toEqual(Float32Array.of(1, -2));
  await optimizer.release();
});

test('the norm goes over all gradients', async () => {
  const optimizer = await createOptimizer(gpt1Adam, 1);
  const gradients = [Float32Array.of(3), new Float32Array((1 << 18) + 1), Float32Array.of(0, -4)];
  expect(await optimizer.gradientNorm(gradients)).toBeCloseTo(5, 6);
  gradients[1]!.fill(2);
  expect(await optimizer.gradientNorm(gradients)).toBeCloseTo(Math.sqrt(25 + 4 * ((1 << 18) + 1)), 2);
  await optimizer.release();
});
