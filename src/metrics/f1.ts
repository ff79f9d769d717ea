import { confusion } from './confusion.js';

/** F1 of class 1, 0 to 1: MRPC and QQP. 0 when the class was neither there nor predicted, as in scikit-learn. */
export function f1(truth: readonly number[], predicted: readonly number[]): number {
  const { truePositives, falsePositives, falseNegatives } = confusion(truth, predicted);
  const wrong = falsePositives + falseNegatives;
  return truePositives === 0 ? 0 : (2 * truePositives) / (2 * truePositives + wrong);
}
