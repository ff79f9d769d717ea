import type { Metric } from './result.js';

// Made once: a fresh one for each number is a tenth of the time that a large table takes.
const [whole, twoDecimals] = [0, 2].map(
  (digits) =>
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
) as [Intl.NumberFormat, Intl.NumberFormat];

/** Where there is no number. */
const NONE = '–';

/**
 * A value as the papers print theirs: two decimals; none from 1,000 on, where they would say nothing, and scientific form from 10⁹ on.
 * A number that stands `beside` another has the decimals of that one, as an error has those of its value.
 */
export function formatNumber(value: number, { beside = value }: { beside?: number } = {}): string {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) >= 1e9) return value.toExponential(2);
  return (Math.abs(beside) < 1000 ? twoDecimals : whole).format(value);
}

/** The value of a metric with its unit where one is written. */
export function formatMetric(metric: Pick<Metric, 'value' | 'unit'>): string {
  return metric.unit === 'percent' ? `${formatDigits(metric)} %` : formatDigits(metric);
}

/** The standard error of a metric; a dash where none is defined. */
export function formatError({
  value,
  unit,
  standardError,
}: Pick<Metric, 'value' | 'unit' | 'standardError'>): string {
  return standardError === null ? NONE : formatDigits({ value: standardError, unit }, { beside: value });
}

/** `6.85 % ± 0.35`: a metric with its standard error, where it has one. That of 0 right answers is 0 and says nothing. */
export function formatEstimate(metric: Pick<Metric, 'value' | 'unit' | 'standardError'>): string {
  return metric.standardError ? `${formatMetric(metric)} ± ${formatError(metric)}` : formatMetric(metric);
}

/** As many digits as belong to that unit: of a value, its error, or a difference, so that they stand beside each other. */
export function formatDigits(
  { value, unit }: Pick<Metric, 'value' | 'unit'>,
  { beside = value }: { beside?: number } = {},
): string {
  switch (unit) {
    case 'count':
      return value.toLocaleString('en-US');
    case 'share':
      return value.toFixed(3);
    default:
      return formatNumber(value, { beside });
  }
}
