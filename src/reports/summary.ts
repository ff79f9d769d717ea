/** How results are named and put in order wherever several are listed. */
import { countOf, formatCount } from '../format.js';
import { partOfData } from '../results/comparable.js';
import { formatEstimate, formatMetric, formatNumber } from '../results/format.js';
import type { Metric, Result } from '../results/result.js';
import type { Experiment } from './experiment.js';

/** A result by the number that stands for it. */
export interface Headline {
  result: Result;
  /** What a paper prints of the task, or else its first metric. */
  metric: Metric;
}

/** The results in order, each with its main number. Those that another one sums up, such as single seeds, are left out. */
export function headlines(results: readonly Result[], experiments: readonly Experiment[]): Headline[] {
  const parts = new Set(
    results.flatMap(({ sweep }) => sweep?.runs.map(({ fingerprint }) => fingerprint) ?? []),
  );
  return sortResults(results)
    .filter(({ fingerprint }) => !parts.has(fingerprint))
    .map((result) => ({ result, metric: mainMetric(result, experiments) }));
}

/** Results in the order of tasks, models and settings, whatever the order of the files. */
export function sortResults(results: readonly Result[]): Result[] {
  const keyOf = (result: Result) => [result.task.name, result.model.name, describeSettings(result)];
  return [...results].sort((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    const place = left.findIndex((part, index) => part !== right[index]);
    return place < 0 ? 0 : compareNaturally(left[place]!, right[place]!);
  });
}

/** By code units, but numbers by their size: `limit 9` before `limit 10`. */
function compareNaturally(a: string, b: string): number {
  const pad = (text: string) => text.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
  return pad(a) < pad(b) ? -1 : pad(a) > pad(b) ? 1 : 0;
}

/** What is not at its default, and whether it is a part of the data: `seed 43`, `first 200 examples`; empty if nothing. */
export function describeSettings({ task, settings, data, finetuning, sweep }: Result): string {
  const options = Object.entries(task.variant ?? {}).map(([option, value]) => `${option} ${value}`);
  // The limit of a fine-tuning run is among its changed settings, by another name.
  const limited = settings.limit !== null && finetuning === undefined;
  const limit = limited ? [`first ${countOf(settings.limit!, 'example')}`] : [];
  const partial =
    data.source !== 'sample' && !data.complete ? [`${formatCount(data.rows)} rows of data`] : [];
  const swept = sweep ? [`${sweep.setting} ${sweep.runs.map(({ value }) => value).join(' ')}`] : [];
  return [...options, ...(finetuning?.changed ?? []), ...swept, ...limit, ...partial].join(', ');
}

/** Whether a result is of everything that was published: `whole`, or why not. */
export function describeCompleteness(result: Result): string {
  return partOfData(result) ?? 'whole';
}

/** Who answered; `no model` where only baselines or texts were measured. */
export function describeModel({ model }: Pick<Result, 'model'>): string {
  return model.format === 'none' ? 'no model' : model.name;
}

/** `6.85 % ± 0.35`; of several seeds with the standard deviation between them, which is another thing: `55.20 % ± 2.95, s.d. 1.10`. */
export function describeValue({ result: { metrics, sweep }, metric }: Headline): string {
  const spread = sweep?.spread?.[metrics.indexOf(metric)];
  const deviation = spread === undefined ? '' : `, s.d. ${formatNumber(spread.deviation)}`;
  return formatEstimate(metric) + deviation;
}

/** What always saying the most frequent class would have given, `68.94 %`; a dash where nothing was classified. */
export function describeMajority({ result: { metrics }, metric }: Headline): string {
  const majority = metrics.find(({ id }) => id === `majority_${metric.id}`);
  return majority === undefined ? '–' : formatMetric(majority);
}

/** The day a result was finished, in UTC. */
export function describeDay({ time }: Result): string {
  return new Date(time.finishedAt).toISOString().slice(0, 10);
}

function mainMetric({ task, metrics }: Result, experiments: readonly Experiment[]): Metric {
  const printed = experiments.flatMap(({ columns }) => columns.filter((column) => column.task === task.name));
  const found = printed.map(({ metric }) => metrics.find(({ id }) => id === metric));
  return found.find((metric) => metric !== undefined) ?? metrics[0]!;
}
