import { type Estimate, mean } from './mean.js';

/**
 * exp of the mean negative log-likelihood (nats) per unit, exponentiated last. The standard error follows from that of the
 * mean by the delta method: exp(m) · se(m).
 */
export function perplexity(nlls: readonly number[]): Estimate {
  const { value, standardError, n } = mean(nlls);
  return { value: Math.exp(value), standardError: Math.exp(value) * standardError, n };
}
