/**
 * Winograd schemata: what does the pronoun stand for? GPT-2 paper §3.4: each candidate takes the pronoun's place, and the more
 * probable sentence is the answer. Trinh & Le (2018) score the sentence in two ways: full, log P(sentence), and partial,
 * log P(what follows the candidate | all up to it).
 */
import type { Dataset } from '../datasets/dataset.js';
import { pdp60 } from '../datasets/pdp.js';
import type { PronounProblem } from '../datasets/pronoun-problem.js';
import { type WinogradCollection, winograd, winogradCollections } from '../datasets/winograd.js';
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers, sumLogProbs } from '../metrics/choice.js';
import type { Metric } from '../results/result.js';
import { type Substitution, substitute, substitutions } from './pronoun-substitution.js';
import type {
  LoglikelihoodAnswer,
  LoglikelihoodRequest,
  LoglikelihoodTask,
  RecordBase,
  TaskDefinition,
  TaskOption,
  TaskPage,
} from './task.js';

/** What is kept of one sentence. */
export interface WinogradRecord {
  /** What the pronoun stands for, and what the model prefers by partial and by full scoring. */
  target: string;
  predictedPartial: string;
  predictedFull: string;
  /** Index of the right candidate. */
  answer: number;
  /** log P(what follows the candidate | all up to it) for each candidate, nats. */
  partial: number[];
  /** log P(whole sentence) for each candidate, nats; without its first token where the model has no end-of-text token. */
  full: number[];
}

/** Partial and full request of the first candidate, then those of the second, and so on. */
function requestsOf(problem: PronounProblem, style: Substitution): LoglikelihoodRequest[] {
  return problem.candidates.flatMap((candidate) => {
    const { start, rest } = substitute(problem, candidate, style);
    return [
      { context: start, continuation: rest },
      { context: '', continuation: start + rest },
    ];
  });
}

function recordProblem(
  { candidates, answer }: PronounProblem,
  answers: readonly LoglikelihoodAnswer[],
): WinogradRecord {
  const sums = answers.map(({ logProbs }) => sumLogProbs(logProbs));
  const partial = candidates.map((_, index) => sums[2 * index]!);
  const full = candidates.map((_, index) => sums[2 * index + 1]!);
  return {
    target: candidates[answer]!,
    predictedPartial: candidates[mostProbable(partial)]!,
    predictedFull: candidates[mostProbable(full)]!,
    answer,
    partial,
    full,
  };
}

function winogradMetrics(records: readonly (RecordBase & WinogradRecord)[]): Metric[] {
  const share = (id: string, label: string, scores: (record: WinogradRecord) => number[]): Metric => ({
    id,
    label,
    ...accuracy(records.map((record) => prefers(scores(record), record.answer))),
    unit: 'percent',
    higherIsBetter: true,
  });
  return [
    share('accuracy_partial', 'accuracy, partial scoring', ({ partial }) => partial),
    share('accuracy_full', 'accuracy, full scoring', ({ full }) => full),
  ];
}

const substitutionDeviations: Record<Substitution, string> = {
  harness:
    'The paper does not say how a candidate is written in the place of the pronoun: as in lm-evaluation-harness, with ’s for a possessive and a lower-case article within a sentence, but without a capital at the beginning of one.',
  sentence:
    'The paper does not say how a candidate is written in the place of the pronoun: with ’s for a possessive, a lower-case article within a sentence and a capital at the beginning of one.',
  published:
    'The paper does not say how a candidate is written in the place of the pronoun: here as the file has it, also where that breaks the sentence.',
};

const substitutionOption: TaskOption = {
  name: 'substitution',
  choices: substitutions,
  default: 'harness',
  describe:
    "the candidate in the pronoun's place: harness: with 's and lower-case article; sentence: also with a capital at the beginning of a sentence; published: as the file has it",
};

function createTask(
  task: { name: string; title: string; dataset: Dataset<PronounProblem>; deviations: readonly string[] },
  style: Substitution,
): LoglikelihoodTask<PronounProblem, WinogradRecord> {
  return {
    ...task,
    kind: 'loglikelihood',
    paper: { name: 'GPT-2', section: '§3.4', table: 'gpt2-text' },
    version: 1,
    deviations: [substitutionDeviations[style], ...task.deviations],
    requests: (problem) => requestsOf(problem, style),
    record: recordProblem,
    metrics: winogradMetrics,
  };
}

const page: TaskPage = {
  asks: 'Each candidate takes the place of the pronoun, and the model says how probable the sentence is: once as a whole, from its first word on, and once only what follows the candidate, given all up to it.',
  scores:
    'The candidate is right whose sentence has the highest log P: full scoring of the whole sentence, partial scoring of what follows the candidate (Trinh & Le 2018). Sums, not means over tokens.',
};

/** The schemata of the GPT-2 paper (§3.4, Figure 3). */
const schemata: TaskDefinition = {
  name: 'winograd',
  options: [
    {
      name: 'collection',
      choices: winogradCollections,
      default: '273',
      describe: 'the sentences: the first 273, as in the paper, or all 285',
    },
    substitutionOption,
  ],
  page,
  // The values come from `choices`, whose types these are.
  create: ({ collection, substitution }) =>
    createTask(
      {
        name: 'winograd',
        title: 'what a pronoun stands for (Winograd schemata)',
        dataset: winograd(collection as WinogradCollection),
        deviations: [
          'The paper does not say which scoring gives its 70.70 %.',
          'The collection (XML) and the hub name candidates such as "Ann’s" or "meeting", which do not fit in the pronoun’s place; winograd_wsc.jsonl and wsc273.txt have them reworded.',
          ...(collection === '273' ? [] : ['The paper measured the first 273 of the 285 sentences.']),
        ],
      },
      substitution as Substitution,
    ),
};

/** The Pronoun Disambiguation Problems, which Trinh & Le measured beside the schemata; the GPT-2 paper did not. */
const pdp: TaskDefinition = {
  name: 'pdp60',
  options: [substitutionOption],
  page,
  create: ({ substitution }) =>
    createTask(
      {
        name: 'pdp60',
        title: 'what a pronoun stands for (Pronoun Disambiguation Problems)',
        dataset: pdp60,
        deviations: ['The paper has no number for these problems.'],
      },
      substitution as Substitution,
    ),
};

/** `winograd` and `pdp60`. */
export const winogradTasks: readonly TaskDefinition[] = [schemata, pdp];
