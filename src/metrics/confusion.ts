/** Counts of a classifier with two classes, 1 and 0. */
export interface Confusion {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * Counts how often class 1 and class 0 were predicted for each. Throws RangeError when the lists differ in length or hold
 * anything but 0 and 1.
 */
export function confusion(truth: readonly number[], predicted: readonly number[]): Confusion {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${predicted.length} predictions for ${truth.length} examples`);
  }
  const counts = [0, 0, 0, 0];
  truth.forEach((label, index) => {
    const prediction = predicted[index]!;
    for (const value of [label, prediction])
      if (value !== 0 && value !== 1) throw new RangeError(`${value} is not class 0 or 1`);
    counts[2 * label + prediction]!++;
  });
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts as [
    number,
    number,
    number,
    number,
  ];
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}
