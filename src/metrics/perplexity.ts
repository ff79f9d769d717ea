import { type Estimate, mean } from './mean.js';

/**
 * exp of the mean negative log-likelihood (nats) per unit, exponentiated last. The standard error follows from that of the
 * mean by the delta method: exp(m) · se(m).
 */
export function perplexity(nlls: readonly number[]): Estimate {
  const { value, standardError, n } = mean(nlls);
  return { value: Math.exp(value), standardError: Math.exp(value) * standardError, n };
}

/**
 * Perplexity per unit of a text that took `nats` in all: exp(nats / units). The units are what the data set is counted in
 * (words, bytes, tokens of the model); the same text has perplexities p per token and p^(tokens/words) per word. Infinity
 * for no units.
 */
export function perplexityPer(nats: number, units: number): number {
  return Math.exp(nats / units);
}

/** Bits per byte or character of a text that took `nats` in all: nats / (ln 2 · units). */
export function bitsPer(nats: number, units: number): number {
  return nats / Math.LN2 / units;
}
