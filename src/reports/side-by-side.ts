/** Several models on one task, side by side, each tested against the first on the same examples. */
import type { PairedDifference } from '../evaluation/paired.js';
import { formatEstimate, formatNumber } from '../results/format.js';
import type { Result } from '../results/result.js';
import type { Sheet } from './sheet.js';

/** A model with its result and, but for the first, how the first differs from it; undefined where they had other examples. */
export interface ComparedResult {
  result: Result;
  differences?: readonly PairedDifference[];
}

/** The numbers of one task: a line for each metric, a column for each model, and the tests. */
export function sideBySideSheet(models: readonly ComparedResult[]): Sheet {
  const [first, ...others] = models;
  const { task, metrics } = first!.result;
  const isTested = others.some(({ differences }) => differences !== undefined);
  return {
    title: `${task.name}: ${task.title}`,
    source: '',
    head: ['', ...models.map(({ result }) => result.model.name), ...(isTested ? ['first minus other'] : [])],
    align: ['left', ...models.map(() => 'right' as const), ...(isTested ? ['left' as const] : [])],
    rows: metrics.map(({ id, label }) => [
      label,
      ...models.map(({ result }) => describeValue(result, id)),
      ...(isTested
        ? [
            others
              .map((other) => describeDifference(other, id))
              .filter(Boolean)
              .join('\n'),
          ]
        : []),
    ]),
    notes: isTested
      ? [
          'First minus other: the difference, its 95 % interval over resampled examples, and how probable so large a one is between equal models: by McNemar’s exact test where each answer is right or wrong, otherwise by the same samples.',
        ]
      : ['The models had other examples or there is one text alone: no test.'],
  };
}

function describeValue({ metrics }: Result, id: string): string {
  const metric = metrics.find((one) => one.id === id);
  if (metric === undefined) return '–';
  return formatEstimate(metric);
}

/** `tiny: +3.20 [1.10, 5.30], p 0.003 (McNemar)` */
function describeDifference({ result, differences }: ComparedResult, id: string): string {
  const found = differences?.find(({ metric }) => metric.id === id);
  if (found?.p === undefined) return '';
  const { difference, interval, p, test } = found;
  const bounds =
    interval === undefined ? '' : ` [${interval.map((bound) => formatNumber(bound)).join(', ')}]`;
  const sign = difference > 0 ? '+' : '';
  return `${result.model.name}: ${sign}${formatNumber(difference)}${bounds}, p ${p < 0.001 ? '< 0.001' : p.toFixed(3)} (${test})`;
}
