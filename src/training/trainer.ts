/** The whole of training as its callers see it: a run in a thread of its own. */

import { UserError } from '../errors.js';
import { type ClassHead, classHeadNames, classHeadShapes } from '../models/class-heads.js';
import { seededNormal } from '../random/random-numbers.js';
import { startWorker } from '../runtime/worker-thread.js';
import type { TrainingExample } from './batch.js';
import type { StepResult, TrainingSettings } from './engine.js';
import type { Evaluation } from './evaluate.js';
import type { TrainingRequest } from './protocol.js';
import type { ParameterNumbers } from './training-graph.js';

/** What a run starts from. */
export interface TrainerOptions extends TrainingSettings {
  /**
   * Every parameter of the model and of the head (`initialHead`), row-major. They move to the thread: the arrays are
   * empty afterwards.
   */
  weights: ParameterNumbers;
}

/** A training run. One request at a time is worked on, in the order in which they were made. */
export interface Trainer {
  /** Updates done. */
  readonly updates: number;
  /**
   * One update. Rejects with RangeError on examples that do not fit the model (`checkExamples`), and with UserError when
   * loss or gradient are not finite; in both cases nothing was changed.
   */
  step(batch: readonly TrainingExample[]): Promise<StepResult>;
  /** What the model says now, without dropout. */
  evaluate(examples: readonly TrainingExample[]): Promise<Evaluation>;
  /** K logits of each example, without dropout: `evaluate` without the language model, which costs most of it. */
  classify(examples: readonly TrainingExample[]): Promise<number[][]>;
  /** A copy of all weights, the head's too. */
  exportWeights(): Promise<ParameterNumbers>;
  /**
   * Saves all that a later run needs to go on as if it had not stopped; `notes` are the caller's own, such as the order of
   * the data. The file is replaced only when the new one is whole. Rejects with the system's error, which has a `code`.
   */
  saveState(file: string, notes?: Record<string, string>): Promise<void>;
  /** Goes on from a saved state; returns its notes. Rejects with DataError on a file that does not belong here. */
  loadState(file: string): Promise<Record<string, string>>;
  /** Releases the memory and ends the thread. */
  close(): Promise<void>;
}

/** Starts a run. Rejects with Error (a bug) when weights are missing or have the wrong size. */
export async function openTrainer({ weights, ...settings }: TrainerOptions): Promise<Trainer> {
  const worker = startWorker<TrainingRequest>('training');
  try {
    const buffers = new Set([...weights.values()].map(({ buffer }) => buffer));
    await worker.ask({ type: 'open', settings, weights }, [...buffers]);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  let updates = 0;
  return {
    get updates() {
      return updates;
    },
    async step(batch) {
      const result = (await worker.ask({ type: 'step', batch })) as StepResult;
      if (!result.applied) throw divergence(result);
      updates = result.update + 1;
      return result;
    },
    async evaluate(examples) {
      return (await worker.ask({ type: 'evaluate', examples })) as Evaluation;
    },
    async classify(examples) {
      return (await worker.ask({ type: 'classify', examples })) as number[][];
    },
    async exportWeights() {
      return (await worker.ask({ type: 'export' })) as ParameterNumbers;
    },
    async saveState(file, notes = {}) {
      await worker.ask({ type: 'save', file, notes });
    },
    async loadState(file) {
      const loaded = (await worker.ask({ type: 'load', file })) as {
        notes: Record<string, string>;
        updates: number;
      };
      updates = loaded.updates;
      return loaded.notes;
    },
    async close() {
      await worker.ask({ type: 'close' });
      await worker.terminate();
    },
  };
}

function divergence({ update, loss, gradNorm }: StepResult): UserError {
  return new UserError(
    `Training diverged at update ${update + 1}: the loss is ${loss}, the norm of its gradient ${gradNorm}. The update was not made.`,
    { hint: 'Resume from the last saved state with a smaller learning rate.' },
  );
}

/** A new head: weight N(0, 0.02²), bias 0 (openai/finetune-transformer-lm train.py:clf). */
export function initialHead(head: ClassHead, nEmbd: number, seed: number): ParameterNumbers {
  const numbers: ParameterNumbers = new Map();
  for (const [name, shape] of classHeadShapes(head, nEmbd)) {
    numbers.set(name, new Float32Array(shape.reduce((product, size) => product * size, 1)));
  }
  seededNormal(seed)(numbers.get(classHeadNames.weight)!, 0.02);
  return numbers;
}
