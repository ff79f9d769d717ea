/**
 * The scale of the GPT-1 paper's Figure 2 (right): 0 is guessing at random, 1 the best single model before. The paper prints
 * neither of the two for any task; these are what was published when it came out.
 */
import type { Metric } from '../results/result.js';

/** What 0 and 1 stand for, in the unit of the task's score. */
interface Figure2Scale {
  random: number;
  best: number;
  /** Whose score `best` is, and where it is printed. */
  source: string;
}

/** The scales by task. */
const figure2Scales = {
  'cola-zero': {
    ...{ random: 0, best: 35.0 },
    source: 'single-task BiLSTM with ELMo and attention, GPT-1 paper, Table 4',
  },
  'sst2-zero': { random: 50, best: 93.2, source: 'sparse byte mLSTM, GPT-1 paper, Table 4' },
  'race-zero': {
    ...{ random: 25, best: 53.3 },
    source:
      'BiAttention MRU, GPT-1 paper, Table 3, which has no single model: these are nine together, so 1 is a little too far up',
  },
  'dprd-zero': {
    ...{ random: 50, best: 76.41 },
    source: 'Peng, Khashabi & Roth, Solving Hard Coreference Problems (2015)',
  },
  'winograd-zero': {
    ...{ random: 50, best: 63.7 },
    source:
      'Trinh & Le, A Simple Method for Commonsense Reasoning (2018), fourteen language models together; the figure is not about these sentences',
  },
} as const satisfies Record<string, Figure2Scale>;

/** Name of a task with such a scale. */
export type Figure2Task = keyof typeof figure2Scales;

/** A score on the scale of the figure. Below 0: worse than guessing. */
export function normalised(
  { value, standardError, n }: Pick<Metric, 'value' | 'standardError' | 'n'>,
  task: Figure2Task,
): Metric {
  const { random, best } = figure2Scales[task];
  return {
    id: 'normalised',
    label: 'from random guess (0) to the best model before (1)',
    value: (value - random) / (best - random),
    standardError: standardError === null ? null : standardError / (best - random),
    n,
    unit: 'share',
    higherIsBetter: true,
  };
}

/** For the deviations of a task: what we take 0 and 1 to be. */
export function scaleDeviation(task: Figure2Task): string {
  const { random, best, source } = figure2Scales[task];
  return `The paper prints neither end of the figure's scale. Ours: 0 stands for a score of ${random}, 1 for ${best} (${source}).`;
}

/** Where the paper describes these tasks. */
export const figure2Paper = { name: 'GPT-1', section: '§5', table: 'gpt1-figure2' } as const;
