import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { countParameters } from '../models/parameters.js';
import { gpt1Adam } from '../training/adam.js';
import type { TrainingExample } from '../training/batch.js';
import { type Dropout, gpt1Dropout, noDropout } from '../training/dropout.js';
import type { StepResult } from '../training/engine.js';
import { gpt1Schedule } from '../training/schedule.js';
import { openTrainer, type Trainer } from '../training/trainer.js';
import type { ParameterNumbers } from '../training/training-graph.js';
import type { GemmShape } from './gemm.js';
import { findPeak, type Peak, type PeakOptions } from './peak.js';
import { gigaflopRate, summarize, type Timing } from './timing.js';

/** Sequences of an update and their length: the GPT-1 paper's batch, short sequences as most of its tasks have them. */
const ROWS = 32;
const COLUMNS = 64;

/** One way of training. */
interface TrainingCase {
  dropout: boolean;
  /** Forward and backward pass of one update. */
  passes: Timing;
  /** Clipping and Adam. */
  optimizer: Timing;
  tokensPerSecond: number;
  /** 6 · parameters · tokens over the time of the passes, over the peak of the same run. */
  fractionOfPeak: number;
  /** The same with the optimiser's time. */
  fractionWithOptimizer: number;
}

/** Everything measured in one go. */
export interface TrainingBenchmark {
  rows: number;
  columns: number;
  parameters: number;
  peak: { shape: GemmShape; gigaflopPerSecond: number; timing: Timing };
  cases: TrainingCase[];
  /** Largest resident memory of the process so far, bytes. */
  peakRssBytes: number;
}

/**
 * Measures updates of the language model at 32 × 64 tokens, without and with the GPT-1 paper's dropout. Matrix products are timed in
 * turns with them: a clock that slows down hits both. Throws the signal's reason when it is aborted.
 */
export async function benchmarkTraining(
  checkpoint: WeightsCheckpoint,
  options: PeakOptions,
): Promise<TrainingBenchmark> {
  const columns = Math.min(COLUMNS, checkpoint.config.nCtx);
  const peak = await findPeak({ ...options, device: 'cpu' });
  try {
    const peakTimes: number[] = [];
    const cases: TrainingCase[] = [];
    for (const dropout of [noDropout, gpt1Dropout]) {
      cases.push(await measureCase(checkpoint, dropout, columns, peak, peakTimes, options));
    }
    const timing = summarize(peakTimes);
    return {
      rows: ROWS,
      columns,
      parameters: countParameters(checkpoint.config),
      peak: { shape: peak.shape, gigaflopPerSecond: gigaflopRate(peak.flop, timing.medianMs), timing },
      cases,
      // The only number of the process that is in kilobytes everywhere.
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await peak.close();
  }
}

async function measureCase(
  checkpoint: WeightsCheckpoint,
  dropout: Dropout,
  columns: number,
  peak: Peak,
  peakTimes: number[],
  { repeat, threads, signal, onProgress }: PeakOptions,
): Promise<TrainingCase> {
  const { config } = checkpoint;
  const hasDropout = dropout !== noDropout;
  const name = `updates ${hasDropout ? 'with' : 'without'} dropout`;
  onProgress?.(`${name}: loading`);
  const { trainer, step } = await trainingTimer(checkpoint, dropout, ROWS, threads);
  try {
    const [passTimes, optimizerTimes, peaks]: [number[], number[], number[]] = [[], [], []];
    // The first update warms up: its pages are touched for the first time.
    for (let update = 0; update <= repeat; update++) {
      signal?.throwIfAborted();
      onProgress?.(`${name}  ${update}/${repeat}`);
      const peakMs = await peak.run();
      const { passMs, optimizerMs } = await step();
      if (update === 0) continue;
      peaks.push(peakMs);
      passTimes.push(passMs);
      optimizerTimes.push(optimizerMs);
    }
    peakTimes.push(...peaks);
    const [passes, optimizer] = [summarize(passTimes), summarize(optimizerTimes)];
    const work = 6 * countParameters(config) * ROWS * columns;
    const rate = gigaflopRate(peak.flop, summarize(peaks).medianMs);
    const both = passes.medianMs + optimizer.medianMs;
    return {
      dropout: hasDropout,
      passes,
      optimizer,
      tokensPerSecond: (ROWS * columns) / (both / 1000),
      fractionOfPeak: gigaflopRate(work, passes.medianMs) / rate,
      fractionWithOptimizer: gigaflopRate(work, both) / rate,
    };
  } finally {
    await trainer.close();
  }
}

/** A run at so many sequences of made-up tokens, ready to make updates. */
export interface TrainingTimer {
  trainer: Trainer;
  /** Tokens of an update. */
  tokens: number;
  step(): Promise<StepResult>;
}

/** Opens a run of the language model as a paper trains it. Which tokens there are does not matter for the time. */
export async function trainingTimer(
  { config, tensors }: WeightsCheckpoint,
  dropout: Dropout,
  rows: number,
  threads: number,
): Promise<TrainingTimer> {
  const columns = Math.min(COLUMNS, config.nCtx);
  const weights: ParameterNumbers = new Map();
  for (const [key, tensor] of tensors) weights.set(key, await readTensor(tensor));
  const trainer = await openTrainer({
    config,
    weights,
    lmCoef: 1,
    dropout,
    seed: 1,
    optimizer: gpt1Adam,
    schedule: gpt1Schedule(1000),
    tokenBudget: rows * columns,
    threads,
  });
  return {
    trainer,
    tokens: rows * columns,
    step: () => trainer.step(makeBatch(rows, columns, config.vocabSize, trainer.updates)),
  };
}

function makeBatch(rows: number, columns: number, vocabSize: number, update: number): TrainingExample[] {
  return Array.from({ length: rows }, (_, row) => ({
    sequences: [Array.from({ length: columns }, (_, t) => (7919 * (update + row) + 104729 * t) % vocabSize)],
  }));
}
