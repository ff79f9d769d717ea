import { mean } from '../metrics/mean.js';
import type { Metric } from '../results/result.js';
import type { AnyFinetuneTask, ClassifiedRecord, Label } from '../tasks/finetune-task.js';
import type { FinetuneExample } from './input.js';

/**
 * What a task's metrics give a guesser who has seen the labels of the training data and nothing else: it always says the most
 * frequent class (the first of equals), and its probabilities are the frequencies. Ids are `majority_` and the metric's. A
 * metric that is not defined for constant answers, such as a correlation, is left out.
 */
export function majorityMetrics(
  task: AnyFinetuneTask,
  train: readonly FinetuneExample[],
  records: readonly ClassifiedRecord[],
): Metric[] {
  const guess = guessFrom(
    task.classes.length,
    train.map(({ target }) => target),
  );
  const guessed = records.map((record) => ({ ...record, ...guess }));
  return task
    .metrics(guessed)
    .filter(({ id, value }) => Number.isFinite(value) && !id.startsWith('majority'))
    .map((metric) => ({
      ...metric,
      id: `majority_${metric.id}`,
      label: `${metric.label} of always saying the most frequent class`,
      standardError: null,
    }));
}

/** The one answer that fits the labels best; where a number is predicted, their mean. */
function guessFrom(
  classes: number,
  targets: readonly Label[],
): Pick<ClassifiedRecord, 'predicted' | 'logits'> {
  if (classes === 1) return { predicted: 0, logits: [mean(targets.map(Number)).value] };
  const frequencies = classFrequencies(classes, targets);
  return {
    predicted: frequencies.indexOf(Math.max(...frequencies)),
    logits: frequencies.map((frequency) => Math.log(Math.max(frequency, LEAST_FREQUENCY))),
  };
}

/** A class that never occurs is given almost nothing: logits are finite numbers. */
const LEAST_FREQUENCY = 1e-9;

/** Share of each class among the examples; of a soft label, the mean of its probabilities. */
function classFrequencies(classes: number, targets: readonly Label[]): number[] {
  const sums = new Array<number>(classes).fill(0);
  for (const target of targets) {
    if (typeof target === 'number') sums[target]!++;
    else for (const [k, share] of target.entries()) sums[k]! += share;
  }
  return sums.map((sum) => sum / targets.length);
}
