/**
 * What does a pronoun stand for, by the heuristic of the GPT-1 paper (§5, Figure 2 right): each candidate takes the pronoun's
 * place, and the one is right after which the rest of the text has the higher mean token log-probability.
 */
import type { Dataset } from '../datasets/dataset.js';
import { type DprSplit, dpr, dprSplits } from '../datasets/dpr.js';
import type { PronounProblem } from '../datasets/pronoun-problem.js';
import { winograd } from '../datasets/winograd.js';
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers } from '../metrics/choice.js';
import { meanLogProb } from '../metrics/mean-log-prob.js';
import { figure2Paper, normalised, scaleDeviation } from './figure2-scale.js';
import { substitute } from './pronoun-substitution.js';
import { fixedTask, type LoglikelihoodTask, type TaskDefinition, type TaskPage } from './task.js';

/** What is kept of one pronoun. */
export interface PronounZeroRecord {
  /** What the pronoun stands for, and what the model prefers. */
  target: string;
  predicted: string;
  /** Index of the right candidate. */
  answer: number;
  /** Mean log P(token | all before it) of what follows the candidate, for each, nats. */
  meanLogProbs: number[];
}

function createTask(
  name: 'dprd-zero' | 'winograd-zero',
  title: string,
  dataset: Dataset<PronounProblem>,
  deviations: readonly string[],
): LoglikelihoodTask<PronounProblem, PronounZeroRecord> {
  return {
    kind: 'loglikelihood',
    name,
    title,
    paper: figure2Paper,
    version: 1,
    dataset,
    deviations: [
      'The paper does not say how a candidate is written in the place of the pronoun: here with ’s for a possessive, a lower-case article within a sentence and a capital at the beginning of one.',
      scaleDeviation(name),
      ...deviations,
    ],
    requests: (problem) =>
      problem.candidates.map((candidate) => {
        const { start, rest } = substitute(problem, candidate, 'sentence');
        return { context: start, continuation: rest };
      }),
    record({ candidates, answer }, answers) {
      const meanLogProbs = answers.map(({ logProbs }) => meanLogProb(logProbs));
      const predicted = candidates[mostProbable(meanLogProbs)]!;
      return { target: candidates[answer]!, predicted, answer, meanLogProbs };
    },
    metrics(records) {
      const right = accuracy(records.map(({ meanLogProbs, answer }) => prefers(meanLogProbs, answer)));
      return [
        { id: 'accuracy', label: 'accuracy', ...right, unit: 'percent', higherIsBetter: true },
        normalised(right, name),
      ];
    },
  };
}

const page: TaskPage = {
  asks: 'Each candidate takes the place of the pronoun, and the model says how probable the rest of the text is after it.',
  scores:
    'The candidate is right with which the rest has the highest mean log P of its tokens. A second number puts the accuracy on the scale of the paper’s Figure 2.',
};

/** The pronouns of Rahman & Ng, which the figure calls Winograd schemas. */
const dprd: TaskDefinition = {
  name: 'dprd-zero',
  options: [
    {
      name: 'split',
      choices: dprSplits,
      default: 'test',
      describe: 'the sentences: those published as test, or as train; the paper does not say which',
    },
  ],
  page,
  // The values come from `choices`, whose types these are.
  create: ({ split }) =>
    createTask(
      'dprd-zero',
      'what a pronoun stands for, by the mean over tokens (Rahman & Ng)',
      dpr(split as DprSplit),
      ['The paper does not say which split it measured.'],
    ),
};

/** The same heuristic on the Winograd schemata of Levesque. */
const schemata = fixedTask(
  createTask(
    'winograd-zero',
    'what a pronoun stands for, by the mean over tokens (Winograd schemata)',
    winograd('273'),
    [
      'The paper measured the pronouns of Rahman & Ng (dprd-zero), which it calls Winograd schemas, not these.',
    ],
  ),
  page,
);

/** `dprd-zero` and `winograd-zero`. */
export const pronounZeroTasks: readonly TaskDefinition[] = [dprd, schemata];
