/**
 * Is a film review positive or negative, by the heuristic of the GPT-1 paper (§5, Figure 2 right): behind the sentence comes
 * the word "very", and the model says whether "positive" or "negative" is more probable next.
 */
import { type Sst2Row, sst2Classes, sst2Dev, sst2SentencesTest } from '../datasets/sst2.js';
import { accuracy } from '../metrics/accuracy.js';
import { mostProbable, prefers, sumLogProbs } from '../metrics/choice.js';
import { figure2Paper, normalised, scaleDeviation } from './figure2-scale.js';
import type { ChoiceTask, TaskDefinition } from './task.js';

/** What is kept of one sentence. */
export interface Sst2ZeroRecord {
  /** `negative` or `positive`: what it is, and what the model prefers. */
  target: string;
  predicted: string;
  /** Index into the classes: 1 is positive. */
  label: number;
  /** log P(negative), log P(positive) as the next word, nats. */
  logProbs: number[];
}

function createSst2Zero(split: string): ChoiceTask<Sst2Row, Sst2ZeroRecord> {
  return {
    kind: 'choice',
    name: 'sst2-zero',
    title: 'is a film review positive or negative, by the word behind "very" (SST-2)',
    paper: figure2Paper,
    version: 1,
    dataset: split === 'test' ? sst2SentencesTest : sst2Dev,
    deviations: [
      'The paper does not say which split it measured.',
      'Sentences are tokenised and in lower case, as published.',
      scaleDeviation('sst2-zero'),
    ],
    request: ({ sentence }) => ({
      context: `${sentence.trim()} very`,
      options: sst2Classes.map((word) => ` ${word}`),
    }),
    record({ label }, answers) {
      const logProbs = answers.map((answer) => sumLogProbs(answer.logProbs));
      const predicted = sst2Classes[mostProbable(logProbs)]!;
      return { target: sst2Classes[label]!, predicted, label, logProbs };
    },
    metrics(records) {
      const right = accuracy(records.map(({ logProbs, label }) => prefers(logProbs, label)));
      const positive = accuracy(records.map(({ predicted }) => predicted === 'positive'));
      return [
        { id: 'accuracy', label: 'accuracy', ...right, unit: 'percent', higherIsBetter: true },
        normalised(right, 'sst2-zero'),
        // A model that always says the same word is not wrong about sentiment: it has not noticed the question.
        {
          ...{ id: 'predicted_positive', label: 'sentences that it takes for positive', ...positive },
          ...{ unit: 'percent', higherIsBetter: false },
        },
      ];
    },
  };
}

/** SST-2 without training. */
export const sst2Zero: TaskDefinition = {
  name: 'sst2-zero',
  options: [
    {
      name: 'split',
      choices: ['dev', 'test'],
      default: 'dev',
      describe: 'the sentences: GLUE’s dev, or the test sentences of the original publication',
    },
  ],
  page: {
    asks: 'The model reads the sentence and the word "very", and says how probable "positive" and "negative" are as the next word.',
    scores:
      'The more probable word is the answer; of a word of several tokens, the product of their probabilities counts. A second number puts the accuracy on the scale of the paper’s Figure 2.',
  },
  create: ({ split }) => createSst2Zero(split!),
};
