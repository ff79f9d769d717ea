import type { Result } from '../../results/result.js';
import type { Experiment } from '../experiment.js';
import type { Figure } from '../figures/figure.js';
import type { ExampleSet } from './example-set.js';

/** Everything that a report shows. */
export interface ReportContent {
  /** Version of the tool that wrote it. */
  version: string;
  results: readonly Result[];
  experiments: readonly Experiment[];
  /** The papers' figures, our points in them. */
  figures: readonly Figure[];
  /** Losses of training runs. */
  curves: readonly Figure[];
  /** Examples of runs; undefined where they are not to be part of the report. */
  examples: readonly RunExamples[] | undefined;
  /** What could not be shown, one sentence each. */
  notes: readonly string[];
}

/** The examples of one run. */
export interface RunExamples {
  /** Of the result that it led to; absent for a file of the user. */
  fingerprint?: string;
  set: ExampleSet;
}
