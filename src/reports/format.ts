import type { Metric } from './result.js';

/** `1,234`, whatever the locale of the machine: results must look the same everywhere. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `1.52 GB`, decimal units as the hub shows them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A value with as many digits as the papers print: two decimals; huge perplexities in scientific form. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1e6
    ? value.toExponential(2)
    : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The value of a metric with its unit where one is written. */
export function formatMetric({ value, unit }: Pick<Metric, 'value' | 'unit'>): string {
  return unit === 'percent' ? `${formatNumber(value)} %` : formatNumber(value);
}
