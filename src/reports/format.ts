import type { Metric } from './result.js';

/** A value with as many digits as the papers print: two decimals; huge perplexities in scientific form. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1e6
    ? value.toExponential(2)
    : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The value of a metric with its unit where one is written. */
export function formatMetric({ value, unit }: Pick<Metric, 'value' | 'unit'>): string {
  switch (unit) {
    case 'percent':
      return `${formatNumber(value)} %`;
    case 'count':
      return value.toLocaleString('en-US');
    case 'share':
      return value.toFixed(3);
    default:
      return formatNumber(value);
  }
}
