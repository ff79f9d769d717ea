/** What a run of pre-training is: what is asked for, when it looks at the model, and what it says of itself. */
import type { ModelConfig } from '../models/config.js';
import type { ExportDtype } from '../training/model-files.js';
import type { PretrainData } from './data.js';
import type { PretrainSettings, planStages, RunLength } from './settings.js';

/** What is going on. */
export type PretrainProgress =
  | {
      phase: 'training';
      update: number;
      total: number;
      loss: number;
      tokensPerSecond: number;
      secondsLeft: number;
    }
  | { phase: 'held-out'; done: number }
  | { phase: 'baseline'; done: number }
  | { phase: 'speed' };

/** A run to be done. */
export interface Pretraining {
  config: ModelConfig;
  data: PretrainData;
  length: RunLength;
  settings: PretrainSettings;
  /** Folder of the model; working files lie in `training/` below it. */
  output: string;
  /** How the weights are stored. */
  dtype: ExportDtype;
  /** How often the model is measured on held-out text, sampled from and written; the end counts as one. Minutes may allow fewer. */
  evaluations: number;
  /** When the minutes of a run began, as `performance.now()` counts; absent: with the call. */
  startedAt?: number;
  /** Minutes between two saved states. */
  saveMinutes: number;
  /** Updates between two models that are kept beside the last one; absent: none is. */
  keepEvery?: number;
  /** Text that samples continue. */
  prompt: string;
  /** Order of an n-gram model to compare with; absent: none. */
  baselineOrder?: number;
  /** Threads of one operation; 0 is one per physical core. */
  threads: number;
  /** Forget an earlier run in the same folder. */
  fresh: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: PretrainProgress) => void;
  /** Something worth a line of its own. */
  onNote?: (text: string) => void;
}

/** The stages of a run and when it is measured. */
export interface PretrainPlan {
  totalUpdates: number;
  stages: ReturnType<typeof planStages>;
  /** Windows of held-out text that a look reads; absent: enough for a steady number. */
  windowsPerLook?: number;
  /** Whether the model is measured after so many updates; the end is another matter. */
  isMeasuredAfter(updates: number): boolean;
  /** Whether the model after so many updates is kept: the last one is, where any is. */
  isKeptAfter(updates: number): boolean;
}
