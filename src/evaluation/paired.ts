/** Two models on the same examples: how far the difference of their numbers goes beyond chance, from what was kept of each answer. */
import { mcnemar } from '../metrics/mcnemar.js';
import { pairedBootstrap } from '../metrics/paired-bootstrap.js';
import type { Metric } from '../results/result.js';
import type { AnyTask, RecordBase, WindowRecord } from '../tasks/task.js';

/** The difference of one metric: of the first model minus that of the second. */
export interface PairedDifference {
  metric: Metric;
  difference: number;
  /** 95 % interval over resampled examples; absent where there is one text alone. */
  interval?: [low: number, high: number];
  /** How probable it is between models that are equally good. */
  p?: number;
  test?: 'McNemar' | 'bootstrap';
}

type Records = readonly RecordBase[];

/** Resamples, fewer of many records: each costs all metrics of the task anew. */
const samplesFor = (records: number) => Math.max(100, Math.min(1000, Math.floor(2e6 / records)));

/**
 * Compares the records of two models. Numbers that are shares of right answers have McNemar's exact test, others the bootstrap over
 * examples, texts or dialogues. Undefined where the two were not asked the same examples.
 */
export function pairedDifferences(
  task: AnyTask,
  first: Records,
  second: Records,
): PairedDifference[] | undefined {
  const [groupsA, groupsB] = [groupRecords(task, first), groupRecords(task, second)];
  if (groupsA.size !== groupsB.size || [...groupsA.keys()].some((key) => !groupsB.has(key))) return undefined;
  const keys = [...groupsA.keys()];
  const numbers = metricsById(task, second);
  const metrics = task.metrics(first).filter(({ id }) => numbers.has(id));
  const resampled =
    keys.length < 2
      ? []
      : pairedBootstrap(
          keys.length,
          (sample) => {
            const take = (groups: Map<number, Records>) =>
              sample.flatMap((place) => groups.get(keys[place]!)!);
            const [a, b] = [metricsById(task, take(groupsA)), metricsById(task, take(groupsB))];
            return metrics.map(({ id }) => (a.get(id) ?? Number.NaN) - (b.get(id) ?? Number.NaN));
          },
          { samples: samplesFor(first.length) },
        );
  return metrics.map((metric, place) => {
    const found = resampled[place];
    const rightIn = (groups: Map<number, Records>, value: number) =>
      rightAnswers(
        task,
        { ...metric, value },
        keys.map((key) => groups.get(key)!),
      );
    const other = rightIn(groupsB, numbers.get(metric.id)!);
    const mine = other && rightIn(groupsA, metric.value);
    const exact = mine && other && mcnemar(mine, other);
    return {
      metric,
      difference: metric.value - numbers.get(metric.id)!,
      ...(found && { interval: found.interval }),
      ...(exact !== undefined
        ? { p: exact.p, test: 'McNemar' as const }
        : found && { p: found.p, test: 'bootstrap' as const }),
    };
  });
}

/** Windows of one text belong together: its units are counted once, with the first of them. */
function groupRecords(task: AnyTask, records: Records): Map<number, RecordBase[]> {
  const groups = new Map<number, RecordBase[]>();
  for (const record of records) {
    const key = task.kind === 'rolling' ? (record as RecordBase & WindowRecord).text : record.index;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return groups;
}

const metricsById = (task: AnyTask, records: Records) =>
  new Map(task.metrics(records).map(({ id, value }) => [id, value]));

/** Which examples were answered rightly, of a metric that is the share of them; undefined for any other. */
function rightAnswers(
  task: AnyTask,
  { id, unit, value, n }: Metric,
  groups: readonly Records[],
): boolean[] | undefined {
  if (unit !== 'percent' || n !== groups.length) return undefined;
  const right: boolean[] = [];
  for (const group of groups) {
    const alone = metricsById(task, group).get(id);
    if (alone !== 0 && alone !== 100) return undefined;
    right.push(alone === 100);
  }
  const share = (100 * right.filter(Boolean).length) / right.length;
  return Math.abs(share - value) < 1e-9 ? right : undefined;
}
