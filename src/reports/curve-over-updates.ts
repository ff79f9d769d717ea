/** Results of the models that a training run left on its way (`gpt pretrain --keep-every`) as curves over its updates. */
import { newestOnly } from '../results/comparable.js';
import type { Metric, Result } from '../results/result.js';

/** A point of a curve. */
interface CurvePoint {
  /** Updates behind the model. */
  updates: number;
  value: number;
  /** Null where none is defined. */
  standardError: number | null;
}

/** One metric of one task for the models of one run, in the order of the updates. */
export interface UpdateCurve {
  /** Name of the run's models up to `/checkpoints/`. */
  run: string;
  task: string;
  /** Options of the task that were not at their default; absent when all were. */
  variant?: Record<string, string>;
  points: CurvePoint[];
}

/** Which run and update a model is of, by its name (`local/my-model/checkpoints/100@1a2b3c4d`); undefined for any other. @internal */
export function checkpointOf(model: string): { run: string; updates: number } | undefined {
  const [, run, updates] = /^(.+)\/checkpoints\/(\d+)(?:@\w+)?$/.exec(model) ?? [];
  return run === undefined ? undefined : { run, updates: Number(updates) };
}

/**
 * The curves that results make up: one for each run, task and variant that has the metric (GPT-1 paper, Figure 2 right:
 * `normalised`). Of several results for the same model the newest counts; models of no run are left out.
 */
export function curveOverUpdates(
  results: readonly Result[],
  metric: Metric['id'] = 'normalised',
): UpdateCurve[] {
  const curves = new Map<string, UpdateCurve>();
  for (const { model, task, metrics } of newestOnly(results)) {
    const checkpoint = checkpointOf(model.name);
    const measured = metrics.find(({ id }) => id === metric);
    if (checkpoint === undefined || measured === undefined) continue;
    const { run, updates } = checkpoint;
    const { name, variant } = task;
    const key = JSON.stringify([run, name, Object.entries(variant ?? {}).sort()]);
    const curve = curves.get(key) ?? { run, task: name, ...(variant && { variant }), points: [] };
    curve.points.push({ updates, value: measured.value, standardError: measured.standardError });
    curves.set(key, curve);
  }
  for (const { points } of curves.values()) points.sort((a, b) => a.updates - b.updates);
  return [...curves.values()];
}
