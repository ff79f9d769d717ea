/** Mean of the log-probabilities of a text's tokens, nats. NaN for none. */
export function meanLogProb(logProbs: readonly number[]): number {
  return logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
}
