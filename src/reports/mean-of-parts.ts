/** Means over several tasks, which no single result has: GLUE's score, the averages of Table 5, both splits of MNLI. */
import { mean } from '../metrics/mean.js';
import type { Result } from '../results/result.js';
import { type ColumnPart, type ExperimentColumn, tasksOf } from './experiment.js';

/** Such a mean. */
export interface MeanOfParts {
  value: number;
  /** Only where every number has one and each comes from examples of its own. */
  standardError?: number;
  /** Where every task was run with the same seeds: the standard deviation of the mean over them. */
  spread?: { deviation: number; seeds: number };
}

/** The mean over the parts of the mean of their metrics; undefined while one of them is not there. */
export function meanOfParts(
  parts: readonly ColumnPart[],
  results: readonly Result[],
): MeanOfParts | undefined {
  const found = parts.map(({ task, metrics: ids }) => {
    const result = results.find((one) => one.task.name === task);
    const metrics = ids.flatMap((id) => result?.metrics.filter((metric) => metric.id === id) ?? []);
    return { ids, result, metrics };
  });
  if (found.some(({ ids, metrics }) => metrics.length < ids.length)) return undefined;
  const value = averageOf(found.map(({ metrics }) => averageOf(metrics.map((metric) => metric.value))));
  const errors = found.flatMap(({ metrics }) =>
    metrics.map(({ standardError }) =>
      standardError === null ? undefined : standardError / metrics.length / parts.length,
    ),
  );
  const spread = spreadOf(found.map(({ ids, result }) => seedMeans(result!, ids)));
  return {
    value,
    ...(errors.every((error) => error !== undefined) && { standardError: Math.hypot(...errors) }),
    ...(spread && { spread }),
  };
}

/** What a part is with each seed; undefined for a single run. */
function seedMeans({ sweep }: Result, ids: readonly string[]): Map<number, number> | undefined {
  if (sweep?.setting !== 'seed') return undefined;
  return new Map(
    sweep.runs.map(({ value: seed, metrics }) => [seed, averageOf(ids.map((id) => metrics[id]!))]),
  );
}

function spreadOf(parts: readonly (Map<number, number> | undefined)[]): MeanOfParts['spread'] {
  const [first] = parts;
  if (first === undefined) return undefined;
  const seeds = [...first.keys()];
  if (!parts.every((part) => part?.size === seeds.length && seeds.every((seed) => part.has(seed)))) {
    return undefined;
  }
  const { standardError } = mean(seeds.map((seed) => averageOf(parts.map((part) => part!.get(seed)!))));
  return { deviation: standardError! * Math.sqrt(seeds.length), seeds: seeds.length };
}

const averageOf = (values: readonly number[]) => mean(values).value;

/** The results of a cell; none of a mean that lacks one of its parts. */
export function wholeOnly(column: ExperimentColumn, results: Result[]): Result[] {
  const isWhole = tasksOf(column).every((task) => results.some((result) => result.task.name === task));
  return column.parts === undefined || isWhole ? results : [];
}
