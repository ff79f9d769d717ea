/**
 * Rows for models that a paper does not have, below its own: the family of small models, one's own, GPT-1 in a table of GPT-2.
 * They have numbers of ours alone, so they may also come from a part of the data or from other settings, which a note names.
 */
import { compareRank, hasVariant, otherSettings, partOfData, variantOf } from '../results/comparable.js';
import type { Result } from '../results/result.js';
import { type Experiment, type ExperimentRow, tasksOf } from './experiment.js';
import { wholeOnly } from './mean-of-parts.js';

/** A row, the results of each of its cells, and what its numbers are not comparable in. */
export interface OtherRow {
  row: ExperimentRow;
  /** One entry per column: a result of each of its tasks that was measured. */
  results: Result[][];
  notes: string[];
}

/** The rows of all models without one of their own that have results for this table, from the smallest model to the largest. */
export function otherRows(experiment: Experiment, results: readonly Result[]): OtherRow[] {
  const own = new Set(experiment.rows.map(({ model }) => model));
  const candidates = results.filter((result) => !own.has(result.model.name) && mayStand(result));
  const models = new Map(candidates.map(({ model }) => [model.name, model]));
  const ordered = [...models.values()].sort(
    (a, b) => a.parameters - b.parameters || (a.name < b.name ? -1 : 1),
  );
  return ordered.flatMap(({ name }) =>
    variantsOf(experiment).flatMap((variant) => {
      const found = experiment.columns.map((column) => {
        const ofTasks = tasksOf(column).flatMap((task) => {
          const nearest = nearestToPaper(
            candidates.filter(
              (result) =>
                result.model.name === name &&
                result.task.name === task &&
                hasVariant({ variant: variantOf(result) }, { ...column.variant, ...variant }),
            ),
          );
          return nearest === undefined ? [] : [nearest];
        });
        return wholeOnly(column, ofTasks);
      });
      return found.every((results) => results.length === 0) ? [] : [rowOf(name, variant, found)];
    }),
  );
}

/** Baselines need no model, and a sample says nothing about one. */
function mayStand({ model, data, sweep }: Result): boolean {
  return model.name !== 'none' && data.source !== 'sample' && sweep?.setting !== 'transfer-layers';
}

/** The options that rows of the paper's models are told apart by, each once. */
function variantsOf({ rows }: Experiment): Record<string, string>[] {
  const variants = new Map<string, Record<string, string>>();
  for (const { model, baseline, variant = {} } of rows) {
    if (model === null || baseline !== undefined) continue;
    variants.set(JSON.stringify(Object.entries(variant).sort()), variant);
  }
  return [...variants.values()];
}

/** The run that is nearest to the paper's: on all data, with its settings, then as for the paper's own models. */
export function nearestToPaper(results: readonly Result[]): Result | undefined {
  const distance = (result: Result) =>
    (partOfData(result) === undefined ? 0 : 2) + (otherSettings(result).length === 0 ? 0 : 1);
  return [...results].sort((a, b) => distance(a) - distance(b) || compareRank(b, a))[0];
}

function rowOf(name: string, variant: Record<string, string>, results: Result[][]): OtherRow {
  const options = Object.entries(variant).map(([option, value]) => `${option} ${value}`);
  const label = [name, ...options].join(', ');
  const remarks = new Map<string, Set<string>>();
  for (const result of results.flat()) {
    const reasons = [partOfData(result), ...otherSettings(result)].filter((reason) => reason !== undefined);
    for (const reason of reasons) {
      remarks.set(reason, (remarks.get(reason) ?? new Set()).add(result.task.name));
    }
  }
  const told = [...remarks].map(([reason, tasks]) => `${[...tasks].join(', ')}: ${reason}`);
  return {
    row: { id: label, label, model: name, variant, published: results.map(() => null) },
    results,
    notes: told.length === 0 ? [] : [`${label}: ${told.join('; ')}.`],
  };
}
