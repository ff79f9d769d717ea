import { sumLogProbs } from './choice.js';

/** Mean of the log-probabilities of a text's tokens, nats. NaN for none. */
export function meanLogProb(logProbs: readonly number[]): number {
  return sumLogProbs(logProbs) / logProbs.length;
}
