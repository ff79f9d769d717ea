/** Where the numbers come from that decide a claim: results, or a paper's own tables. */
import { hasVariant, variantOf } from '../../results/comparable.js';
import type { Result } from '../../results/result.js';
import { type Experiment, metricOf, standsIn } from '../experiment.js';
import { nearestToPaper } from '../other-rows.js';
import type { Measure } from './claim.js';

/** A number and how sure it is. */
export interface Measured {
  value: number;
  /** Null where none is defined or known. */
  standardError: number | null;
  higherIsBetter: boolean;
  /** The result it is of; absent where a paper printed it. */
  result?: Result;
}

/** What is looked up: a measure with the name of its model. */
export type Wanted = Omit<Measure, 'model'> & { model: string };

/** Finds a number; undefined where there is none. */
export type Lookup = (wanted: Wanted) => Measured | undefined;

/** Numbers of ours: of several runs the one that is nearest to the paper's, never one on a sample. */
export function fromResults(results: readonly Result[]): Lookup {
  return ({ task, metric, model, variant }) => {
    const result = nearestToPaper(
      results.filter(
        (candidate) =>
          candidate.task.name === task &&
          candidate.model.name === model &&
          candidate.data.source !== 'sample' &&
          candidate.sweep?.setting !== 'transfer-layers' &&
          hasVariant({ variant: variantOf(candidate) }, variant),
      ),
    );
    const place = result?.metrics.findIndex(({ id }) => id === metric) ?? -1;
    if (result === undefined || place < 0) return undefined;
    const { value, standardError, higherIsBetter } = result.metrics[place]!;
    // Of a mean over seeds their spread tells how sure it is, where the metric has no error of its own.
    const spread = result.sweep?.spread?.[place];
    const ofSeeds = spread === undefined ? null : spread.deviation / Math.sqrt(result.sweep!.runs.length);
    return { value, standardError: standardError ?? ofSeeds, higherIsBetter, result };
  };
}

/** The papers' own numbers of their models, without errors; and those of other systems, as `fromOthers` has them. */
export function fromPapers(experiments: readonly Experiment[]): Lookup {
  const others = fromOthers(experiments);
  return (wanted) => {
    const { task, metric, model, variant } = wanted;
    const like = { task: { name: task, variant }, model: { name: model } };
    for (const { rows, columns } of experiments) {
      for (const row of rows) {
        for (const [place, column] of columns.entries()) {
          const printed = row.published[place];
          if (printed === null || printed === undefined || column.detail !== undefined) continue;
          if (metricOf(row, column) !== metric || !standsIn(like, row, column)) continue;
          return { value: Number(printed), standardError: null, higherIsBetter: column.higherIsBetter };
        }
      }
    }
    return others(wanted);
  };
}

/** Numbers of other systems that a paper prints, by the id of their row: fixed marks, taken as exact. */
export function fromOthers(experiments: readonly Experiment[]): Lookup {
  return ({ task, metric, model }) => {
    for (const { rows, columns } of experiments) {
      const row = rows.find((one) => one.id === model && one.model === null && one.baseline === undefined);
      const place = columns.findIndex((column) => column.task === task && column.metric === metric);
      const printed = row?.published[place];
      if (printed === null || printed === undefined) continue;
      return { value: Number(printed), standardError: 0, higherIsBetter: columns[place]!.higherIsBetter };
    }
    return undefined;
  };
}

/** The first of several that has a number. */
export function firstOf(...lookups: readonly Lookup[]): Lookup {
  return (wanted) => {
    for (const lookUp of lookups) {
      const found = lookUp(wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
