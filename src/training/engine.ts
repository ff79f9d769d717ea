/**
 * Weights, optimiser and graphs of one training run. Lives in the training worker, which alone talks to it; tests use it
 * directly. Everything that a step depends on is here or in its arguments.
 */
import { encodeOnnx } from '../graph/onnx.js';
import { joinPieces } from '../graph/protobuf.js';
import { createInPlaceSession, type ResultArray } from '../runtime/in-place.js';
import { createOptimizer, type Moments, type OptimizerSettings, stepSizes } from './adam.js';
import { checkExamples, planPasses, type TrainingExample } from './batch.js';
import { type Dropout, maskGenerator, noDropout } from './dropout.js';
import { type ForwardPasses, forwardPasses } from './evaluate.js';
import { maskPool, needed, passFeeds } from './feeds.js';
import { learningRate, type Schedule } from './schedule.js';
import { createSessionOf, floatTensor } from './session.js';
import {
  checkParameters,
  gradientName,
  type Objective,
  type ParameterNumbers,
  trainedShapes,
  trainingGraph,
} from './training-graph.js';

/** Everything that decides what a run computes, beside its data. */
export interface TrainingSettings extends Objective {
  /** Default: none. */
  dropout?: Dropout;
  /** Of the dropout masks. An integer from 0 to 2^53 − 1. */
  seed: number;
  optimizer: OptimizerSettings;
  schedule: Schedule;
  /** Most positions of one pass, padding included; a larger batch is several passes whose gradients are added up. */
  tokenBudget: number;
  /** Threads of one operation; 0, the default, is one per physical core. */
  threads?: number;
}

/** What changes from update to update. */
export interface TrainingState {
  /** Updates done. */
  updates: number;
  weights: ParameterNumbers;
  /** Adam's first and second moments. */
  m: ParameterNumbers;
  v: ParameterNumbers;
}

/** What an update did. */
export interface StepResult {
  /** Its number, counted from 0. */
  update: number;
  /** class loss + λ · LM loss, of the weights before the update, nats. */
  loss: number;
  /** Mean over sequences of their mean per token; absent when λ is 0. */
  lmLoss?: number;
  /** Mean over examples; absent without a head. */
  classLoss?: number;
  /** Norm of all gradients before clipping. */
  gradNorm: number;
  /** Step size: the learning rate of the schedule with Adam's bias correction. */
  lr: number;
  /** The learning rate of the schedule. */
  scheduledRate: number;
  /** Tokens read, without padding. */
  tokens: number;
  /** Passes that the batch was cut into. */
  passes: number;
  /** Time of the passes and of the optimiser, milliseconds. */
  passMs: number;
  optimizerMs: number;
  /** False when loss or gradient were not finite: then nothing was changed. */
  applied: boolean;
}

/** A training run; its forward passes are with the present weights. */
export interface TrainingEngine extends ForwardPasses {
  readonly state: TrainingState;
  step(batch: readonly TrainingExample[]): Promise<StepResult>;
  /**
   * Losses and gradients of a batch at the present weights, with the masks of the present update. The arrays are the
   * engine's own: the next batch overwrites them.
   */
  differentiate(batch: readonly TrainingExample[]): Promise<Differentiated>;
}

/** Sums over the passes of a batch. */
interface Differentiated {
  lmLoss?: number;
  classLoss?: number;
  gradients: ParameterNumbers;
  passes: number;
}

/**
 * Loads the graphs. The state is used as it is and changed by `step`. Throws Error (a bug) on a parameter that is missing or
 * has the wrong size.
 */
export async function createEngine(
  settings: TrainingSettings,
  state: TrainingState,
): Promise<TrainingEngine> {
  const { optimizer: optimizerSettings, schedule, threads = 0, dropout = noDropout, head, lmCoef } = settings;
  const shapes = trainedShapes(settings);
  const { evaluate, classify, release } = forwardPasses(settings, state.weights);
  for (const moments of [state.m, state.v]) checkParameters(shapes, moments);
  const graph = trainingGraph(settings, dropout);
  const session = await createInPlaceSession(joinPieces(encodeOnnx(graph)), (model) =>
    createSessionOf(model, threads),
  );
  const optimizer = await createOptimizer(optimizerSettings, threads);
  const parameterFeeds = () =>
    [...shapes].map(([name, shape]) => [name, floatTensor(state.weights.get(name)!, shape)] as const);
  const fillMasks = maskPool(graph.masks);
  const first = resultArrays(settings, shapes);
  const gradients: ParameterNumbers = new Map(
    [...shapes.keys()].map((name) => [name, first.get(gradientName(name))!.data]),
  );
  /** Results of every pass but a batch's first; most runs never need them. */
  let later: typeof first | undefined;

  const differentiate = async (batch: readonly TrainingExample[]): Promise<Differentiated> => {
    if (batch.length === 0) throw new RangeError('a batch without examples');
    checkExamples(batch, settings);
    const passes = planPasses(batch, settings.tokenBudget, head);
    const sums: Differentiated = { gradients, passes: passes.length };
    if (lmCoef !== 0) sums.lmLoss = 0;
    if (head) sums.classLoss = 0;
    for (const [number, pass] of passes.entries()) {
      const random = maskGenerator(settings.seed, state.updates, number);
      const feeds = { ...passFeeds(pass, settings), ...fillMasks(pass, random) };
      const isFirst = number === 0;
      if (!isFirst) later ??= resultArrays(settings, shapes);
      const results = isFirst ? first : later!;
      await session.run(needed(session, [...Object.entries(feeds), ...parameterFeeds()]), results);
      if (sums.lmLoss !== undefined) sums.lmLoss += results.get('lm_loss')!.data[0]!;
      if (sums.classLoss !== undefined) sums.classLoss += results.get('class_loss')!.data[0]!;
      if (isFirst) continue;
      for (const [name, sum] of gradients) addTo(sum, results.get(gradientName(name))!.data);
    }
    return sums;
  };

  return {
    state,
    differentiate,
    async step(batch) {
      const start = performance.now();
      const { lmLoss, classLoss, passes } = await differentiate(batch);
      const passMs = performance.now() - start;
      const update = state.updates;
      const gradNorm = await optimizer.gradientNorm(gradients.values());
      const loss = (classLoss ?? 0) + lmCoef * (lmLoss ?? 0);
      const applied = Number.isFinite(loss) && Number.isFinite(gradNorm);
      const scheduledRate = learningRate(schedule, update);
      const sizes = stepSizes(optimizerSettings, scheduledRate, update);
      if (applied) {
        // tf.clip_by_global_norm: g · limit / max(norm, limit)
        const { maxGradNorm } = optimizerSettings;
        const scale = maxGradNorm < gradNorm ? maxGradNorm / gradNorm : 1;
        await optimizer.update(moments(shapes, state, gradients), sizes, scale);
        state.updates++;
      }
      const tokens = batch.flatMap(({ sequences }) => sequences).reduce((sum, { length }) => sum + length, 0);
      const optimizerMs = performance.now() - start - passMs;
      const times = { passMs, optimizerMs };
      return {
        update,
        loss,
        lmLoss,
        classLoss,
        gradNorm,
        lr: sizes.step,
        scheduledRate,
        tokens,
        passes,
        ...times,
        applied,
      };
    },
    evaluate,
    classify,
    async release() {
      await Promise.all([session.release(), optimizer.release(), release()]);
    },
  };
}

/** Room for every output of the training graph. */
function resultArrays(
  { head, lmCoef }: Objective,
  shapes: ReadonlyMap<string, number[]>,
): Map<string, ResultArray> {
  const results = new Map<string, ResultArray>();
  if (lmCoef !== 0) results.set('lm_loss', { data: new Float32Array(1), dims: [] });
  if (head) results.set('class_loss', { data: new Float32Array(1), dims: [] });
  for (const [name, dims] of shapes) {
    const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
    results.set(gradientName(name), { data, dims });
  }
  return results;
}

function* moments(
  shapes: ReadonlyMap<string, number[]>,
  { weights, m, v }: TrainingState,
  gradients: ParameterNumbers,
): Generator<Moments> {
  for (const [name, shape] of shapes) {
    const decays = shape.length > 1;
    const gradient = gradients.get(name)!;
    yield { weight: weights.get(name)!, gradient, m: m.get(name)!, v: v.get(name)!, decays };
  }
}

function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + more[i]!;
}

/** A state before the first update: moments of zero. */
export function initialState(weights: ParameterNumbers): TrainingState {
  const zeros = () => new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
  return { updates: 0, weights, m: zeros(), v: zeros() };
}
