/** STS-B: how similar in meaning are two sentences? GPT-1 paper §4.2 and Table 4. */
import { type StsBRow, stsBDev, stsBTest, stsBTrain } from '../datasets/sts-b.js';
import { correlationMetrics, sameMetrics } from './classification-metrics.js';
import { oneRun, testIsPublic } from './finetune-deviations.js';
import type { ClassifiedRecord, FinetuneTask, Label } from './finetune-task.js';
import { glueSubmission } from './glue-submission.js';

/** Whole scores, which are the classes. */
const scores = [0, 1, 2, 3, 4, 5];

/**
 * A score from 0 to 5 as probabilities of the two whole scores beside it, whose expectation it is: 3.4 → [0, 0, 0, 0.6, 0.4, 0].
 * openai/finetune-transformer-lm still has this encoder, though not the task.
 * @internal
 */
export function softScore(score: number): number[] {
  return scores.map((whole) => Math.max(0, 1 - Math.abs(score - whole)));
}

/** Σ i · pᵢ, from 0 to 5. @internal */
export function expectedScore(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p, score) => sum + p * score, 0);
}

function softMax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** What a label and what the model says are as scores. */
interface Scores {
  truth(label: Label): number;
  predicted(logits: readonly number[]): number;
}
const fromClasses: Scores = {
  truth: (label) => expectedScore(label as readonly number[]),
  predicted: (logits) => expectedScore(softMax(logits)),
};
const fromNumber: Scores = { truth: (label) => label as number, predicted: ([logit]) => logit! };

/** Everything but how a score is said. */
function declare({ truth, predicted }: Scores) {
  const metrics = (records: readonly ClassifiedRecord[]) =>
    correlationMetrics(
      records.map(({ label }) => truth(label)),
      records.map(({ logits }) => predicted(logits)),
    );
  return {
    paper: { name: 'GPT-1' as const, section: '§4.2', table: 'gpt1-table4' },
    version: 1,
    train: stsBTrain,
    dev: stsBDev,
    further: [sameMetrics('test', stsBTest, metrics)],
    head: 'similarity' as const,
    segments: ({ sentence1, sentence2 }: StsBRow) => [sentence1, sentence2],
    metrics,
    submission: glueSubmission({
      file: 'STS-B.tsv',
      texts: { sentence1: 'sentence1', sentence2: 'sentence2' },
      answer: ({ logits }) => Math.min(5, Math.max(0, predicted(logits))).toFixed(3),
    }),
  };
}

/** Semantic similarity as a choice among six whole scores, with soft labels. */
export const stsB: FinetuneTask<StsBRow> = {
  ...declare(fromClasses),
  name: 'sts-b',
  title: 'how similar are two sentences (STS-B, fine-tuned)',
  classes: scores.map(String),
  label: ({ score }) => softScore(score),
  deviations: [
    testIsPublic,
    'The paper does not say how scores were trained: here as soft labels of the scores 0 to 5, whose encoder is left in the release; what is predicted is their expectation.',
    oneRun,
  ],
};

/** Semantic similarity as a number: squared error, as it is mostly done today. */
export const stsBRegression: FinetuneTask<StsBRow> = {
  ...declare(fromNumber),
  name: 'sts-b-regression',
  title: 'how similar are two sentences (STS-B as regression, fine-tuned)',
  classes: ['score'],
  label: ({ score }) => score,
  deviations: [
    testIsPublic,
    'One number is predicted and trained by its squared error; the paper most likely had soft labels of six scores (sts-b).',
    oneRun,
  ],
};
