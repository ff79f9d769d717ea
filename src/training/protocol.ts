/** What the main thread and the training worker say to each other. */
import type { TrainingExample } from './batch.js';
import type { TrainingSettings } from './engine.js';
import type { Reading } from './evaluate.js';
import type { ParameterNumbers } from './training-graph.js';

/** Main thread → worker. */
export type TrainingRequest =
  | { type: 'open'; settings: TrainingSettings; weights: ParameterNumbers }
  | { type: 'infer'; settings: Reading; weights: ParameterNumbers }
  | { type: 'step'; batch: readonly TrainingExample[] }
  | { type: 'evaluate'; examples: readonly TrainingExample[] }
  | { type: 'classify'; examples: readonly TrainingExample[] }
  | { type: 'export' }
  | { type: 'save'; file: string; notes: Record<string, string> }
  | { type: 'load'; file: string }
  | { type: 'close' };
