import { confusion } from './confusion.js';

/** Matthews correlation of two classes, −1 to 1: CoLA. 0 when truth or prediction are always the same, as in scikit-learn. */
export function matthews(truth: readonly number[], predicted: readonly number[]): number {
  const {
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
  } = confusion(truth, predicted);
  const product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
  return product === 0 ? 0 : (tp * tn - fp * fn) / Math.sqrt(product);
}
