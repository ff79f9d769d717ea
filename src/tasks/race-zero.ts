/**
 * Which of four answers to a question about a text is right, by the heuristic of the GPT-1 paper (§5, Figure 2 right): the one
 * with the highest mean token log-probability, given document and question.
 */
import { type RaceLevel, type RacePart, type RaceRow, race } from '../datasets/race.js';
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers } from '../metrics/choice.js';
import { meanLogProb } from '../metrics/mean-log-prob.js';
import type { Metric } from '../results/result.js';
import { figure2Paper, normalised, scaleDeviation } from './figure2-scale.js';
import type { ChoiceTask, RecordBase, TaskDefinition } from './task.js';

/** What is kept of one question. */
export interface RaceZeroRecord {
  /** Letter of the right answer, and of the one that the model prefers. */
  target: string;
  predicted: string;
  level: RaceLevel;
  /** Index of the right answer. */
  label: number;
  /** Mean log P(token | document, question and all before it) of each answer, nats. */
  meanLogProbs: number[];
}

const letters = 'ABCD';

function raceMetrics(records: readonly (RecordBase & RaceZeroRecord)[]): Metric[] {
  const share = (
    id: string,
    label: string,
    part: readonly (RecordBase & RaceZeroRecord)[],
    holds: (record: RecordBase & RaceZeroRecord) => boolean,
    higherIsBetter = true,
  ): Metric[] =>
    // A limit may leave out one kind of school.
    part.length === 0 ? [] : [{ id, label, ...accuracy(part.map(holds)), unit: 'percent', higherIsBetter }];
  const isRight = ({ meanLogProbs, label }: RaceZeroRecord) => prefers(meanLogProbs, label);
  const ofLevel = (level: RaceLevel) => records.filter((record) => record.level === level);
  const all = share('accuracy', 'accuracy', records, isRight);
  return [
    ...all,
    ...all.map((metric) => normalised(metric, 'race-zero')),
    ...share('accuracy_middle', 'accuracy, middle school', ofLevel('middle'), isRight),
    ...share('accuracy_high', 'accuracy, high school', ofLevel('high'), isRight),
    ...share(
      'truncated',
      'questions whose document was cut on the left',
      records,
      ({ truncatedTokens }) => truncatedTokens > 0,
      false,
    ),
  ];
}

function createRaceZero(split: RacePart['split']): ChoiceTask<RaceRow, RaceZeroRecord> {
  return {
    kind: 'choice',
    name: 'race-zero',
    title: 'questions about texts from exams, by the mean log-probability of the answers (RACE)',
    paper: figure2Paper,
    version: 1,
    dataset: race({ split, level: 'all' }),
    deviations: [
      'The paper does not say how document, question and answer are joined: here by spaces, without words such as "Question:" around them, and with the _ of gapped questions left where it is.',
      'A document that does not fit the model is cut on the left; the paper does not say what it did.',
      'The paper does not say which split it measured.',
      scaleDeviation('race-zero'),
    ],
    request: ({ article, question, options }) => ({
      context: `${article.trim()} ${question.trim()}`,
      options: options.map((option) => ` ${option.trim()}`),
    }),
    record({ label, level }, answers) {
      const meanLogProbs = answers.map(({ logProbs }) => meanLogProb(logProbs));
      const predicted = letters[mostProbable(meanLogProbs)]!;
      return { target: letters[label]!, predicted, level, label, meanLogProbs };
    },
    metrics: raceMetrics,
  };
}

/** RACE without training. */
export const raceZero: TaskDefinition = {
  name: 'race-zero',
  options: [
    {
      name: 'split',
      choices: ['dev', 'test'],
      default: 'dev',
      describe: 'the questions: those published as dev, or as test; the paper does not say which',
    },
  ],
  page: {
    asks: 'The model reads the text and the question, and says how probable each of the four answers is. Nothing is put around them.',
    scores:
      'The answer is right whose tokens have the highest mean log P. A second number puts the accuracy on the scale of the paper’s Figure 2; others are the accuracies by kind of school and the share of questions whose text was cut on the left.',
  },
  // The values come from `choices`, which are parts of RACE.
  create: ({ split }) => createRaceZero(split as RacePart['split']),
};
