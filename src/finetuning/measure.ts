import type { ClassifiedRecord } from '../tasks/finetune-task.js';
import type { Inference } from '../training/infer.js';
import type { FinetuneExample } from './input.js';

/** What a model says about examples. */
export interface Measurement {
  /** In the order of the examples. */
  records: ClassifiedRecord[];
  /** Mean of −Σ label · log P(class), nats; of a number that is predicted, mean of the squared error. */
  loss: number;
}

/**
 * Classifies examples without dropout, those of one length together. `onBatch` is told the examples that are done;
 * where it says no before the last ones, undefined comes back.
 */
export async function measureExamples(
  model: Pick<Inference, 'classify'>,
  examples: readonly (FinetuneExample & Pick<ClassifiedRecord, 'group'>)[],
  batch: number,
  onBatch: (done: readonly FinetuneExample[]) => boolean,
): Promise<Measurement | undefined> {
  const length = ({ sequences }: FinetuneExample) =>
    sequences.reduce((longest, ids) => Math.max(longest, ids.length), 0);
  const byLength = [...examples].sort((a, b) => length(b) - length(a) || a.index - b.index);
  const records: ClassifiedRecord[] = [];
  for (let first = 0; first < byLength.length; first += batch) {
    const members = byLength.slice(first, first + batch);
    const logits = await model.classify(members);
    members.forEach(({ index, input, target, group }, place) => {
      records.push({
        index,
        input,
        label: target,
        predicted: argMax(logits[place]!),
        logits: [...logits[place]!],
        ...(group === undefined ? {} : { group }),
      });
    });
    const goOn = onBatch(members);
    if (!goOn && records.length < examples.length) return undefined;
  }
  records.sort((a, b) => a.index - b.index);
  const loss = records.reduce((sum, record) => sum + lossOf(record), 0) / records.length;
  return { records, loss };
}

function argMax(numbers: readonly number[]): number {
  return numbers.reduce((best, number, place) => (number > numbers[best]! ? place : best), 0);
}

function lossOf({ logits, label }: ClassifiedRecord): number {
  if (logits.length === 1) return (logits[0]! - Number(label)) ** 2;
  const largest = Math.max(...logits);
  const logSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  const shareOf = (k: number) => (typeof label === 'number' ? Number(k === label) : label[k]!);
  return logits.reduce((sum, logit, k) => sum + shareOf(k) * (logSum - logit), 0);
}
