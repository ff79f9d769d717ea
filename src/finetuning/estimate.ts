/** What a run will take, before it is made: counted from its data, and timed on a few real updates. */
import { countParameters } from '../models/parameters.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import { planPasses } from '../training/batch.js';
import type { Trainer } from '../training/trainer.js';
import { headOf, objectiveOf, startTrainer, type TrainerInputs } from './finetune.js';
import { type FinetuneExample, tokensOf } from './input.js';
import { epochBatches } from './order.js';

/** What there is to do, in numbers. A position is a token or padding. */
export interface Workload {
  trainExamples: number;
  devExamples: number;
  /** Examples that are cut to fit the model. */
  cut: { train: number; dev: number };
  /** Tokens of one epoch, after cutting; of measuring once. */
  tokensPerEpoch: number;
  devTokens: number;
  updates: number;
  /** Of the first epoch; the others differ in what does not fill a last batch. */
  positionsPerEpoch: number;
  passesPerEpoch: number;
  /** Positions of its largest pass. */
  largestPass: number;
}

/** How long the parts take on this machine. */
export interface Speed {
  /** One position forward and backward, and forward alone, milliseconds. */
  trainMs: number;
  measureMs: number;
  /** The optimiser's part of an update, milliseconds. */
  optimizerMs: number;
  /** Memory of the whole process with the largest pass done, bytes. */
  residentBytes: number;
}

type Batches = readonly (readonly FinetuneExample[])[];

/** The examples of the first epoch, batch by batch. */
function firstEpoch(train: readonly FinetuneExample[], settings: FinetuneSettings): FinetuneExample[][] {
  const lengths = train.map(({ sequences }) => Math.max(...sequences.map((ids) => ids.length)));
  return epochBatches(lengths, settings, 0).map((members) => members.map((member) => train[member]!));
}

/** Counts what a run with these examples has to do. */
export function countWork(
  { task, identity }: Pick<TrainerInputs, 'task' | 'identity'>,
  train: readonly FinetuneExample[],
  dev: readonly FinetuneExample[],
): Workload {
  const { settings } = identity;
  const batches = firstEpoch(train, settings);
  const passes = batches.flatMap((batch) => passesOf(batch, settings, task));
  const cut = (examples: readonly FinetuneExample[]) =>
    examples.filter(({ truncatedTokens }) => truncatedTokens > 0).length;
  const tokens = (examples: readonly FinetuneExample[]) =>
    examples.reduce((sum, example) => sum + tokensOf(example), 0);
  return {
    trainExamples: train.length,
    devExamples: dev.length,
    cut: { train: cut(train), dev: cut(dev) },
    tokensPerEpoch: tokens(batches.flat()),
    devTokens: tokens(dev),
    updates: batches.length * settings.epochs,
    positionsPerEpoch: passes.reduce((sum, positions) => sum + positions, 0),
    passesPerEpoch: passes.length,
    largestPass: Math.max(...passes),
  };
}

function passesOf(
  batch: readonly FinetuneExample[],
  { batchTokens }: FinetuneSettings,
  task: TrainerInputs['task'],
): number[] {
  return planPasses(batch, batchTokens, headOf(task)).map(({ shape: [B, T] }) => B * T);
}

/**
 * Makes a few updates of a run, none of which is kept: the one with the largest pass, which also warms up, and a typical one
 * twice; then a typical batch is measured on. `temporaryFolder` is for weights that are drawn.
 */
export async function measureSpeed(
  inputs: TrainerInputs,
  train: readonly FinetuneExample[],
  dev: readonly FinetuneExample[],
  temporaryFolder: string,
  signal?: AbortSignal,
): Promise<Speed> {
  const { task, identity } = inputs;
  const { settings } = identity;
  const positions = (batch: readonly FinetuneExample[]) =>
    passesOf(batch, settings, task).reduce((sum, pass) => sum + pass, 0);
  const largest = (batch: readonly FinetuneExample[]) => Math.max(...passesOf(batch, settings, task));
  const batches = firstEpoch(train, settings);
  const typical = middle(batches, positions);
  const widest = batches.reduce((best, batch) => (largest(batch) > largest(best) ? batch : best));
  const trainer = await startTrainer(inputs, train.length, temporaryFolder);
  try {
    signal?.throwIfAborted();
    await trainer.step(widest);
    const residentBytes = process.memoryUsage().rss;
    const steps = [];
    for (let time = 0; time < 2; time++) {
      signal?.throwIfAborted();
      steps.push(await trainer.step(typical));
    }
    const fastest = steps.reduce((a, b) => (b.passMs < a.passMs ? b : a));
    const measured = middle(cutInto(dev, settings.batch), positions);
    return {
      trainMs: fastest.passMs / positions(typical),
      optimizerMs: fastest.optimizerMs,
      measureMs: (await timeClassify(trainer, measured)) / positions(measured),
      residentBytes: Math.max(residentBytes, process.memoryUsage().rss),
    };
  } finally {
    await trainer.close();
  }
}

async function timeClassify(trainer: Trainer, batch: readonly FinetuneExample[]): Promise<number> {
  let elapsed = 0;
  // The second time counts: the first one loads the graph.
  for (let time = 0; time < 2; time++) {
    const start = performance.now();
    await trainer.classify(batch);
    elapsed = performance.now() - start;
  }
  return elapsed;
}

/** Examples of one length together, as they are measured. */
function cutInto(examples: readonly FinetuneExample[], size: number): FinetuneExample[][] {
  const sorted = examples.toSorted((a, b) => tokensOf(b) - tokensOf(a));
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, place) =>
    sorted.slice(place * size, (place + 1) * size),
  );
}

function middle(batches: Batches, size: (batch: readonly FinetuneExample[]) => number) {
  return batches.toSorted((a, b) => size(a) - size(b))[batches.length >> 1]!;
}

/** How long a run takes, seconds. */
export function estimateSeconds(work: Workload, speed: Speed, { epochs }: FinetuneSettings): number {
  const perEpoch = work.positionsPerEpoch * speed.trainMs + work.devTokens * speed.measureMs;
  return (epochs * perEpoch + work.updates * speed.optimizerMs) / 1000;
}

/**
 * Bytes of what a run holds for its parameters: weight, gradient and Adam's two moments, and a second gradient where a batch is cut
 * into passes whose gradients are added up.
 */
export function parameterBytes(inputs: Pick<TrainerInputs, 'task' | 'identity'>, work: Workload): number {
  const { config } = objectiveOf(inputs.task, inputs.identity);
  const isCut = work.passesPerEpoch * inputs.identity.settings.epochs > work.updates;
  return (isCut ? 5 : 4) * 4 * countParameters(config);
}
