/** A benchmark without the examples that stand in a training text (GPT-2 paper §4: LAMBADA 8.6 → 8.7, 63.2 → 62.9). */
import { countOf, formatCount } from '../format.js';
import { formatDigits, formatEstimate } from '../results/format.js';
import type { Metric } from '../results/result.js';
import type { Sheet } from './sheet.js';

/** The numbers of a task from all of its examples, and from two parts of them. */
export interface Rescored {
  task: string;
  model: string;
  all: Metric[];
  /** Of examples that overlap no more than was allowed, and of the others. */
  without: Metric[];
  overlapping: Metric[];
  counts: { all: number; without: number; overlapping: number };
  /** Percent of an example's n-grams above which it counts as overlapping. */
  above: number;
}

/** As rows: each number three times, and what leaving examples out changes. */
export function rescoredSheet({ task, model, all, without, overlapping, counts, above }: Rescored): Sheet {
  const find = (metrics: readonly Metric[], id: string) => metrics.find((metric) => metric.id === id);
  const show = (metric: Metric | undefined) => (metric === undefined ? '–' : formatEstimate(metric));
  return {
    title: `${task} × ${model}, without what overlaps`,
    source: '',
    head: ['', 'all', 'without overlap', 'change', 'overlapping alone'],
    align: ['left', 'right', 'right', 'right', 'right'],
    rows: all.map((metric) => {
      const kept = find(without, metric.id);
      const change = kept === undefined ? undefined : kept.value - metric.value;
      return [
        metric.label,
        show(metric),
        show(kept),
        change === undefined
          ? '–'
          : `${change > 0 ? '+' : ''}${formatDigits({ ...metric, value: change }, { beside: metric.value })}`,
        show(find(overlapping, metric.id)),
      ];
    }),
    notes: [
      `${formatCount(counts.overlapping)} of ${countOf(counts.all, 'example')} overlap by more than ${above} % of their n-grams.`,
      'Examples that overlap may be easier or harder for other reasons: the change says how much of the number rests on them, not why.',
    ],
  };
}
