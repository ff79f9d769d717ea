import type { ClassifiedRecord } from '../tasks/finetune-task.js';
import type { Trainer } from '../training/trainer.js';
import type { FinetuneExample } from './input.js';

/** What a model says about examples. */
export interface Measurement {
  /** In the order of the examples. */
  records: ClassifiedRecord[];
  /** Mean of −log P(right class), nats. */
  loss: number;
}

/**
 * Classifies examples without dropout, those of one length together. `onBatch` is told the examples that are done;
 * where it says no before the last ones, undefined comes back.
 */
export async function measureExamples(
  trainer: Trainer,
  examples: readonly FinetuneExample[],
  batch: number,
  onBatch: (done: readonly FinetuneExample[]) => boolean,
): Promise<Measurement | undefined> {
  const length = ({ sequences }: FinetuneExample) =>
    sequences.reduce((longest, ids) => Math.max(longest, ids.length), 0);
  const byLength = [...examples].sort((a, b) => length(b) - length(a) || a.index - b.index);
  const records: ClassifiedRecord[] = [];
  for (let first = 0; first < byLength.length; first += batch) {
    const members = byLength.slice(first, first + batch);
    const { logits } = await trainer.evaluate(members);
    if (logits === undefined) throw new Error('the trainer has no classifier');
    members.forEach(({ index, input, target }, place) => {
      records.push({
        index,
        input,
        label: target,
        predicted: argMax(logits[place]!),
        logits: [...logits[place]!],
      });
    });
    const goOn = onBatch(members);
    if (!goOn && records.length < examples.length) return undefined;
  }
  records.sort((a, b) => a.index - b.index);
  const loss = records.reduce((sum, record) => sum + crossEntropy(record), 0) / records.length;
  return { records, loss };
}

function argMax(numbers: readonly number[]): number {
  return numbers.reduce((best, number, place) => (number > numbers[best]! ? place : best), 0);
}

function crossEntropy({ logits, label }: ClassifiedRecord): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Math.log(sum) + largest - logits[label]!;
}
