import { type FinetuneExample, tokensOf } from './input.js';
import { bestEpoch, meanLoss, type TrainingJournal } from './journal.js';

/** How far a run is. */
export interface FinetuneProgress {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Updates so far and in all. */
  update: number;
  updates: number;
  /** Mean loss of the last updates; undefined before the first. */
  loss: number | undefined;
  /** Best score so far; undefined before the first epoch is measured. */
  score: number | undefined;
  measuring: boolean;
  /** Tokens, those of training three times since they go forward and backward; `now` of them in this run. */
  work: { done: number; total: number; now: number };
  /** Time spent on the work of this run, seconds. */
  seconds: number;
}

/** Updates over which the loss shown is averaged: single batches of 32 jump too much to be read. */
const SHOWN_UPDATES = 20;

/** Counts what is done. */
export interface Meter {
  /** An update with so many tokens is done and in the journal. */
  trained(tokens: number, runMs: number): void;
  /** Some examples are measured, `runMs` after measuring began. */
  measured(examples: readonly FinetuneExample[], runMs: number): void;
  show(): void;
}

/** Begins to count, with what the journal already has. `epochs` holds the batches of each epoch. */
export function startMeter(
  journal: TrainingJournal,
  epochs: readonly (readonly FinetuneExample[][])[],
  dev: readonly FinetuneExample[],
  onProgress: ((progress: FinetuneProgress) => void) | undefined,
): Meter {
  const tokensIn = (examples: readonly FinetuneExample[]) =>
    examples.reduce((sum, example) => sum + tokensOf(example), 0);
  const updates = epochs.reduce((sum, batches) => sum + batches.length, 0);
  const earlier = journal.updates.reduce((sum, { tokens }) => sum + tokens, 0);
  const work = {
    done: 3 * earlier + journal.epochs.length * tokensIn(dev),
    total: 3 * tokensIn(epochs.flat(2)) + epochs.length * tokensIn(dev),
    now: 0,
  };
  let seconds = 0;
  let measuredMs = 0;
  const add = (amount: number, runMs: number) => {
    work.done += amount;
    work.now += amount;
    seconds += runMs / 1000;
  };
  const show = (measuring = false) =>
    onProgress?.({
      epoch: Math.min(epochs.length, journal.epochs.length + 1),
      epochs: epochs.length,
      update: journal.updates.length,
      updates,
      loss: journal.updates.length === 0 ? undefined : meanLoss(journal.updates.slice(-SHOWN_UPDATES)),
      score: bestEpoch(journal.epochs)?.line.score,
      measuring,
      work: { ...work },
      seconds,
    });
  show();
  return {
    trained(tokens, runMs) {
      add(3 * tokens, runMs);
      measuredMs = 0;
      show();
    },
    measured(examples, runMs) {
      add(tokensIn(examples), runMs - measuredMs);
      measuredMs = runMs;
      show(true);
    },
    show: () => show(),
  };
}
