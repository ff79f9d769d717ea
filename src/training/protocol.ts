/** What the main thread and the training worker say to each other. */
import type { TrainingExample } from './batch.js';
import type { ParameterNumbers, TrainingSettings } from './engine.js';

/** Main thread → worker. */
export type TrainingRequest =
  | { type: 'open'; settings: TrainingSettings; weights: ParameterNumbers }
  | { type: 'step'; batch: readonly TrainingExample[] }
  | { type: 'evaluate'; examples: readonly TrainingExample[] }
  | { type: 'classify'; examples: readonly TrainingExample[] }
  | { type: 'export' }
  | { type: 'save'; file: string; notes: Record<string, string> }
  | { type: 'load'; file: string }
  | { type: 'close' };
