/** What the default export of a benchmark file is called with: metrics as the benchmarks of this project use them. */
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers, sumLogProbs } from '../metrics/choice.js';
import { mean } from '../metrics/mean.js';
import { bitsPer, perplexity, perplexityPer } from '../metrics/perplexity.js';

/** The functions by name; docs/adding-a-task.md lists them. */
export const benchmarkKit = {
  accuracy,
  bitsPer,
  mean,
  mostProbable,
  perplexity,
  perplexityPer,
  prefers,
  sumLogProbs,
} as const;
