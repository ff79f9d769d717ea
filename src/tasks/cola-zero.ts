/**
 * Is a sentence acceptable English, by the heuristic of the GPT-1 paper (§5, Figure 2 right): acceptable is what has a high
 * mean token log-probability.
 */
import { type ColaRow, colaDev } from '../datasets/cola.js';
import { matthews } from '../metrics/matthews.js';
import { meanLogProb } from '../metrics/mean-log-prob.js';
import { bestThreshold, classesAbove, crossValidatedClasses } from '../metrics/threshold.js';
import type { Metric } from '../results/result.js';
import { figure2Paper, normalised, scaleDeviation } from './figure2-scale.js';
import { fixedTask, type LoglikelihoodTask, type RecordBase } from './task.js';

/** What is kept of one sentence. */
export interface ColaZeroRecord {
  sentence: string;
  /** 1: acceptable. */
  label: number;
  /** Mean log P(token | all before it), nats; without the first token where the model has no end-of-text token. */
  meanLogProb: number;
}

type Scored = readonly (RecordBase & ColaZeroRecord)[];

const scoresOf = (records: Scored) => records.map((record) => record.meanLogProb);
const labelsOf = (records: Scored) => records.map(({ label }) => label);

function colaMetrics(records: Scored): Metric[] {
  const [scores, labels] = [scoresOf(records), labelsOf(records)];
  const best = classesAbove(scores, bestThreshold(scores, labels));
  const correlation = (id: string, label: string, classes: readonly number[]): Metric => ({
    ...{ id, label, value: 100 * matthews(labels, classes), standardError: null, n: records.length },
    ...{ unit: 'points', higherIsBetter: true },
  });
  const honest = correlation(
    'matthews',
    'Matthews correlation, each half with the threshold of the other',
    crossValidatedClasses(scores, labels),
  );
  return [
    honest,
    correlation('matthews_best', 'Matthews correlation with the best threshold of all', best),
    normalised(honest, 'cola-zero'),
  ];
}

const colaZeroTask: LoglikelihoodTask<ColaRow, ColaZeroRecord> = {
  kind: 'loglikelihood',
  name: 'cola-zero',
  title: 'is a sentence acceptable, by its mean log-probability (CoLA)',
  paper: figure2Paper,
  version: 1,
  dataset: colaDev,
  deviations: [
    'The paper does not say where its threshold comes from. Ours: each half of the sentences (even and odd numbers) is judged by the threshold that is best on the other half; the best one on all of them, which flatters, is a second number.',
    'A model without an end-of-text token (GPT-1) is not asked about the first token of a sentence.',
    'The paper does not say which split it measured.',
    scaleDeviation('cola-zero'),
  ],
  requests: ({ sentence }) => [{ context: '', continuation: sentence.trim() }],
  record: ({ sentence, label }, [answer]) => ({
    sentence,
    label,
    meanLogProb: meanLogProb(answer!.logProbs),
  }),
  metrics: colaMetrics,
  details(records) {
    const halfOf = (half: number) => records.filter((_, index) => index % 2 === half);
    const rows = [
      ['even numbers', halfOf(0)],
      ['odd numbers', halfOf(1)],
      ['all', records],
    ] as const;
    return [
      {
        id: 'thresholds',
        title: 'Mean log-probabilities above which sentences are best taken for acceptable',
        columns: ['sentences', 'threshold (nats per token)'],
        rows: rows.map(([name, part]) => {
          const threshold = bestThreshold(scoresOf(part), labelsOf(part));
          return [
            name,
            Number.isFinite(threshold) ? threshold : 'none is better than taking all for acceptable',
          ];
        }),
      },
    ];
  },
};

/** CoLA without training. */
export const colaZero = fixedTask(colaZeroTask, {
  asks: 'The model says how probable each token of the sentence is, after those before it.',
  scores:
    'A sentence whose mean log P of its tokens is above a threshold is taken for acceptable; Matthews correlation with what linguists say.',
});
