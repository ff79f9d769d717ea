import type { Metric } from './result.js';

// Made once: a fresh one for each number is a tenth of the time that a large table takes.
const twoDecimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A value with as many digits as the papers print: two decimals; huge perplexities in scientific form. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1e6 ? value.toExponential(2) : twoDecimals.format(value);
}

/** The value of a metric with its unit where one is written. */
export function formatMetric(metric: Pick<Metric, 'value' | 'unit'>): string {
  return metric.unit === 'percent' ? `${formatDigits(metric)} %` : formatDigits(metric);
}

/** As many digits as belong to that unit: of a value, its error, or a difference, so that they stand beside each other. */
export function formatDigits({ value, unit }: Pick<Metric, 'value' | 'unit'>): string {
  switch (unit) {
    case 'count':
      return value.toLocaleString('en-US');
    case 'share':
      return value.toFixed(3);
    default:
      return formatNumber(value);
  }
}
