/** Sum of log-probabilities: that of the whole text, nats. 0 for none. */
export function sumLogProbs(logProbs: readonly number[]): number {
  return logProbs.reduce((sum, logProb) => sum + logProb, 0);
}

/** Index of the most probable choice; the first of equal ones. */
export function mostProbable(logProbs: readonly number[]): number {
  return logProbs.indexOf(Math.max(...logProbs));
}

/** Whether the choice of that index is more probable than every other one: a draw does not count, NaN neither. */
export function prefers(logProbs: readonly number[], index: number): boolean {
  const logProb = logProbs[index] ?? Number.NaN;
  return logProbs.every((other, place) => place === index || other < logProb);
}
