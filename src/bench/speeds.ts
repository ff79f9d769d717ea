/** How fast a model reads, writes and learns on this machine, in a few seconds: enough to say how long a long run will take. */
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { planBatches } from '../runtime/batch.js';
import { openGenerator } from '../runtime/generator.js';
import { openScorer } from '../runtime/scorer.js';
import { noDropout } from '../training/dropout.js';
import { trainingTimer } from './training.js';

/** What a model does with tokens: reads them as a context alone, is asked for their probabilities, writes them, learns from them. */
export const activities = ['read', 'asked', 'written', 'trained'] as const;
/** One of `activities`. */
export type Activity = (typeof activities)[number];

/** A speed, and the memory it took. */
export interface MeasuredSpeed {
  tokensPerSecond: number;
  /** What it takes before the first token: the graph is made and loaded. */
  openSeconds: number;
  /** Memory of the whole process with the work under way, bytes. */
  residentBytes: number;
}

/** Texts that are read or written at once, tokens of each, and tokens that are added. */
const ROWS = 8;
const COLUMNS = 128;
const ADDED = 24;

/** Measures one activity: once to warm up, once for the number. Throws the signal's reason when it is aborted. */
export async function measureSpeed(
  checkpoint: WeightsCheckpoint,
  activity: Activity,
  { threads, signal }: { threads: number; signal?: AbortSignal },
): Promise<MeasuredSpeed> {
  signal?.throwIfAborted();
  const start = performance.now();
  const timed = async (tokens: number, opened: { close(): Promise<void> }, work: () => Promise<unknown>) => {
    const openSeconds = (performance.now() - start) / 1000;
    return { openSeconds, ...(await timeTwice(tokens, opened, work)) };
  };
  const { vocabSize, nCtx } = checkpoint.config;
  const columns = Math.min(COLUMNS, nCtx - ADDED);
  const ids = (row: number) =>
    Array.from({ length: columns }, (_, t) => (7919 * row + 104729 * t) % vocabSize);
  switch (activity) {
    case 'read':
    case 'asked': {
      const from = activity === 'asked' ? 1 : columns - 1;
      const requests = Array.from({ length: ROWS }, (_, row) => ({ ids: ids(row), from }));
      const scorer = await openScorer(checkpoint, { threads });
      const batches = planBatches(
        requests.map(() => columns - 1),
        ROWS * columns,
      );
      return timed(ROWS * columns, scorer, async () => {
        for await (const _ of scorer.score(requests, batches, signal));
      });
    }
    case 'written': {
      const generator = await openGenerator(checkpoint, { threads });
      const requests = Array.from({ length: ROWS }, (_, row) => ({
        ...{ ids: ids(row), maxTokens: ADDED, seed: row },
        sampling: { method: 'greedy' } as const,
      }));
      return timed(ROWS * ADDED, generator, () => generator.generate(requests, { signal }));
    }
    case 'trained': {
      const { trainer, tokens, step } = await trainingTimer(checkpoint, noDropout, 2 * ROWS, threads);
      return timed(tokens, trainer, step);
    }
  }
}

async function timeTwice(
  tokens: number,
  opened: { close(): Promise<void> },
  work: () => Promise<unknown>,
): Promise<Omit<MeasuredSpeed, 'openSeconds'>> {
  try {
    await work();
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1000;
    return { tokensPerSecond: tokens / seconds, residentBytes: process.memoryUsage().rss };
  } finally {
    await opened.close();
  }
}
