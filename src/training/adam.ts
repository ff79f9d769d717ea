/**
 * Adam, as the GPT-1 release has it and as AdamW: an ONNX graph that goes over all parameters in pieces that fit a
 * cache, which is several times as fast as a loop in JavaScript.
 */
import { sumOver } from '../graph/gradient-ops.js';
import * as ops from '../graph/ops.js';
import { constant, input } from '../graph/value.js';
import { createTrainingSession, floats, floatTensor } from './session.js';

/** Settings of the optimiser: serialisable, so that they are part of a result. */
export interface OptimizerSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  /**
   * Where ε is added. `uncorrected`: to √v as it is, with the bias correction folded into the step size
   * (openai/finetune-transformer-lm opt.py:adam). `corrected`: to √v̂ (Kingma and Ba 2015, algorithm 1).
   */
  epsilonIn: 'uncorrected' | 'corrected';
  /** Decoupled decay of tensors with two or more dimensions. */
  weightDecay: number;
  /**
   * What the decay is multiplied by. `step`: the step size with its bias correction, since the release adds it inside the
   * bracket. `rate`: the learning rate alone (Loshchilov and Hutter 2019, AdamW).
   */
  decayBy: 'step' | 'rate';
  /** Gradients are scaled down to this norm over all parameters when theirs is larger; Infinity never. */
  maxGradNorm: number;
}

/** openai/finetune-transformer-lm train.py and opt.py: β 0.9 and 0.999, ε 1e-8, decay 0.01, clipping at 1. */
export const gpt1Adam: OptimizerSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  epsilonIn: 'uncorrected',
  weightDecay: 0.01,
  decayBy: 'step',
  maxGradNorm: 1,
};

/** For pre-training: AdamW with β2 0.95 and decay 0.1, as is usual since GPT-3 (paper appendix B). The GPT-2 paper gives none. */
export const adamW: OptimizerSettings = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  epsilonIn: 'corrected',
  weightDecay: 0.1,
  decayBy: 'rate',
  maxGradNorm: 1,
};

/** A parameter with its gradient and the optimiser's two moments; all of one length, updated in place. */
export interface Moments {
  weight: Float32Array;
  gradient: Float32Array;
  m: Float32Array;
  v: Float32Array;
  /** Whether decay applies. */
  decays: boolean;
}

/** The size of a step. `step` is what a parameter moves by at most, roughly: the rate with its bias correction. */
export interface StepSizes {
  step: number;
  epsilon: number;
  /** The share of itself that a decaying parameter loses. */
  decay: number;
}

/** Step sizes of an update, counted from 0, at a learning rate. All in 64 bits. */
export function stepSizes(settings: OptimizerSettings, rate: number, update: number): StepSizes {
  const t = update + 1;
  const root = Math.sqrt(1 - settings.beta2 ** t);
  const step = (rate * root) / (1 - settings.beta1 ** t);
  return {
    step,
    // √v̂ + ε = (√v + ε·root) / root
    epsilon: settings.epsilonIn === 'corrected' ? settings.epsilon * root : settings.epsilon,
    decay: settings.weightDecay * (settings.decayBy === 'step' ? step : rate),
  };
}

/** An optimiser with its graphs loaded. */
export interface Optimizer {
  /** √Σ g² over all gradients. */
  gradientNorm(gradients: Iterable<Float32Array>): Promise<number>;
  /** Updates parameters and moments. The gradients are multiplied by `scale` first. */
  update(parameters: Iterable<Moments>, sizes: StepSizes, scale: number): Promise<void>;
  release(): Promise<void>;
}

/** Numbers that one run works on: with all that it touches, a few MB, so that they stay in a cache. */
const pieceLength = 1 << 18;

/** Loads the optimiser's graphs. */
export async function createOptimizer(
  settings: Pick<OptimizerSettings, 'beta1' | 'beta2'>,
  threads: number,
): Promise<Optimizer> {
  const adam = await createTrainingSession(adamGraph(settings), threads);
  const norm = await createTrainingSession(normGraph(), threads);
  const scalar = (value: number) => floatTensor(Float32Array.of(value), []);
  return {
    async gradientNorm(gradients) {
      let sum = 0;
      for (const gradient of gradients) {
        for (const [from, to] of pieces(gradient.length)) {
          const g = floatTensor(gradient.subarray(from, to), [to - from]);
          sum += floats((await norm.run({ g })).sum)[0]!;
        }
      }
      return Math.sqrt(sum);
    },
    async update(parameters, { step, epsilon, decay }, scale) {
      const scalars = { scale: scalar(scale), step: scalar(step), epsilon: scalar(epsilon) };
      const [keeps, decays] = [scalar(0), scalar(decay)];
      for (const { weight, gradient, m, v, decays: isDecayed } of parameters) {
        for (const [from, to] of pieces(weight.length)) {
          const part = (numbers: Float32Array) => floatTensor(numbers.subarray(from, to), [to - from]);
          const [w, mean, square] = [part(weight), part(m), part(v)];
          const feeds = { w, m: mean, v: square, g: part(gradient), decay: isDecayed ? decays : keeps };
          // Results are written over the operands. Each operand is read for the last time before its result is there.
          await adam.run({ ...feeds, ...scalars }, { new_w: w, new_m: mean, new_v: square });
        }
      }
    },
    async release() {
      await Promise.all([adam.release(), norm.release()]);
    },
  };
}

function* pieces(length: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < length; from += pieceLength) yield [from, Math.min(from + pieceLength, length)];
}

/** m ← β1·m + (1 − β1)·g;  v ← β2·v + (1 − β2)·g²;  w ← w − step·m/(√v + ε) − decay·w. */
function adamGraph({ beta1, beta2 }: Pick<OptimizerSettings, 'beta1' | 'beta2'>) {
  const [w, m, v, g] = ['w', 'm', 'v', 'g'].map((name) => input(name, 'float32', ['N']));
  const [scale, step, epsilon, decay] = ['scale', 'step', 'epsilon', 'decay'].map((name) =>
    input(name, 'float32', []),
  );
  const scaled = ops.mul(g!, scale!);
  const mix = (old: typeof scaled, beta: number, now: typeof scaled) =>
    ops.add(ops.mul(old, constant.float32(beta)), ops.mul(now, constant.float32(1 - beta)));
  const newM = mix(m!, beta1, scaled);
  const newV = mix(v!, beta2, ops.mul(scaled, scaled));
  const direction = ops.div(newM, ops.add(ops.sqrt(newV), epsilon!));
  const change = ops.add(ops.mul(direction, step!), ops.mul(w!, decay!));
  return {
    inputs: [w!, m!, v!, g!, scale!, step!, epsilon!, decay!],
    outputs: { new_w: ops.sub(w!, change), new_m: newM, new_v: newV },
  };
}

function normGraph() {
  const g = input('g', 'float32', ['N']);
  return { inputs: [g], outputs: { sum: sumOver(ops.mul(g, g), [0], true) } };
}
