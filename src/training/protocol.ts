/** What the main thread and the training worker say to each other. */
import type { DataProblem } from '../errors.js';
import type { TrainingExample } from './batch.js';
import type { ParameterNumbers, TrainingSettings } from './engine.js';

/** Main thread → worker. */
export type TrainingRequest =
  | { type: 'open'; settings: TrainingSettings; weights: ParameterNumbers }
  | { type: 'step'; batch: readonly TrainingExample[] }
  | { type: 'evaluate'; examples: readonly TrainingExample[] }
  | { type: 'export' }
  | { type: 'save'; file: string; notes: Record<string, string> }
  | { type: 'load'; file: string }
  | { type: 'close' };

/** An error as it crosses the thread boundary, which keeps neither its class nor its own properties. */
export interface SentError {
  name: string;
  message: string;
  hint?: string;
  problem?: DataProblem;
  /** System errors: `ENOSPC` … */
  code?: string;
}

/** Worker → main thread, in the order of the requests. */
export type TrainingReply = { ok: true; result: unknown } | { ok: false; error: SentError };
