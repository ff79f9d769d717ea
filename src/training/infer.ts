/** A trained model that is only asked: forward passes in a thread of their own, without gradients, moments and an optimiser. */
import { startWorker } from '../runtime/worker-thread.js';
import type { TrainingExample } from './batch.js';
import type { Reading } from './evaluate.js';
import type { TrainingRequest } from './protocol.js';
import type { ParameterNumbers } from './training-graph.js';

/** What is opened. */
export interface InferenceOptions extends Reading {
  /** Every parameter of the model and of the head, row-major. They move to the thread: the arrays are empty afterwards. */
  weights: ParameterNumbers;
}

/** A model with a head. One request at a time is worked on, in the order in which they were made. */
export interface Inference {
  /**
   * K logits of each example, the bits that `Trainer.classify` gives with the same weights. Rejects with RangeError on examples that
   * do not fit the model (`checkExamples`).
   */
  classify(examples: readonly TrainingExample[]): Promise<number[][]>;
  /** Releases the memory and ends the thread. */
  close(): Promise<void>;
}

/** Loads a model. Rejects with Error (a bug) when weights are missing or have the wrong size. */
export async function openInference({ weights, ...settings }: InferenceOptions): Promise<Inference> {
  const worker = startWorker<TrainingRequest>('training');
  try {
    const buffers = new Set([...weights.values()].map(({ buffer }) => buffer));
    await worker.ask({ type: 'infer', settings, weights }, [...buffers]);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    async classify(examples) {
      return (await worker.ask({ type: 'classify', examples })) as number[][];
    },
    async close() {
      await worker.ask({ type: 'close' });
      await worker.terminate();
    },
  };
}
