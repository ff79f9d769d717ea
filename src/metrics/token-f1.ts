/** Exact match and F1 over words, as SQuAD 1.1 defines them. */
import { normaliseAnswer } from './normalise-answer.js';

/** How well a predicted answer fits. */
export interface AnswerScore {
  /** Equal after normalisation: 1 or 0; a mean where it is one over references. */
  exactMatch: number;
  /** Harmonic mean of precision and recall of the words, 0 to 1. */
  f1: number;
  /**
   * The prediction or one of the references is nothing after normalisation. The comparison then says little: `A` and `A+`
   * count as equal, as both become empty.
   */
  empty: boolean;
}

/** Exact match and F1, each the best over the references. Throws RangeError without a reference. */
export function compareAnswers(prediction: string, references: readonly string[]): AnswerScore {
  if (references.length === 0) throw new RangeError('an answer has to be compared with something');
  const predicted = normaliseAnswer(prediction);
  const normalised = references.map(normaliseAnswer);
  return {
    exactMatch: normalised.includes(predicted) ? 1 : 0,
    f1: Math.max(...normalised.map((reference) => overlapF1(predicted, reference))),
    empty: predicted === '' || normalised.includes(''),
  };
}

/** F1 of two normalised answers as bags of words: 1 if both are empty, 0 if only one is. */
function overlapF1(predicted: string, reference: string): number {
  if (predicted === '' || reference === '') return predicted === reference ? 1 : 0;
  const predictedWords = predicted.split(' ');
  const referenceWords = reference.split(' ');
  const left = new Map<string, number>();
  for (const word of referenceWords) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of predictedWords) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(word, count - 1);
  }
  return (2 * common) / (predictedWords.length + referenceWords.length);
}
