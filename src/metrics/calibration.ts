/** How well a model's confidence says whether it is right. */
import { accuracy } from './accuracy.js';
import type { Estimate } from './mean.js';

/** An answer with what the model thought of it. */
export interface ConfidentAnswer {
  /** Probability that the model gave to its answer, 0 to 1. */
  confidence: number;
  correct: boolean;
}

/** Answers whose confidence is in [from, to); the last bin includes 1. */
export interface CalibrationBin {
  from: number;
  to: number;
  n: number;
  /** Mean confidence, 0 to 1; NaN without answers. */
  confidence: number;
  /** Share of right ones, 0 to 1; NaN without answers. */
  accuracy: number;
}

/** Answers in `bins` equal intervals of confidence, from 0 to 1. Throws RangeError on a confidence outside. */
export function calibrationBins(answers: readonly ConfidentAnswer[], bins = 10): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, correct: 0 }));
  for (const { confidence, correct } of answers) {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new RangeError(`a confidence of ${confidence} is no probability`);
    }
    const bin = sums[Math.min(bins - 1, Math.floor(confidence * bins))]!;
    bin.n++;
    bin.confidence += confidence;
    bin.correct += correct ? 1 : 0;
  }
  return sums.map(({ n, confidence, correct }, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    n,
    confidence: confidence / n,
    accuracy: correct / n,
  }));
}

/**
 * Expected calibration error: mean distance of confidence and accuracy over the bins, weighted by their answers; 0 to 1.
 * NaN without answers.
 */
export function expectedCalibrationError(answers: readonly ConfidentAnswer[], bins = 10): number {
  let sum = 0;
  for (const bin of calibrationBins(answers, bins))
    if (bin.n > 0) sum += bin.n * Math.abs(bin.confidence - bin.accuracy);
  return sum / answers.length;
}

/** Answers from the most to the least confident one; equal ones in their order. */
export function byConfidence<Answer extends { confidence: number }>(answers: readonly Answer[]): Answer[] {
  return answers.toSorted((a, b) => b.confidence - a.confidence);
}

/**
 * Accuracy (percent) on the most confident share of the answers, 0 to 1, rounded to a whole number of answers but at least
 * one: of 3,610 questions the most confident 1 % are 36.
 */
export function accuracyOfMostConfident(answers: readonly ConfidentAnswer[], share: number): Estimate {
  const count = Math.max(1, Math.round(share * answers.length));
  return accuracy(
    byConfidence(answers)
      .slice(0, count)
      .map(({ correct }) => correct),
  );
}
