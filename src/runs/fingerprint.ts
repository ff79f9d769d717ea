import { createHash } from 'node:crypto';
import type { ModelIdentity } from '../results/model-identity.js';
import type { DataIdentity, EvaluationSettings, TaskIdentity } from '../results/result.js';

/** All that decides what the numbers of a run will be. */
export interface RunIdentity {
  task: TaskIdentity;
  model: ModelIdentity;
  data: DataIdentity;
  settings: EvaluationSettings;
}

/**
 * sha256 (hex) of everything in an identity that can change a number. Names, file names and where the data came from do
 * not count: the same bytes under another name are the same run. The name of the model does, so that results are found again.
 */
export function fingerprintOf({ task, model, data, settings }: RunIdentity): string {
  const parts = [
    // What is not there adds nothing: tasks without options keep the fingerprints they had before there were any.
    [task.name, task.version, ...(task.variant === undefined ? [] : [task.variant])],
    [model.name, model.sha256, model.config, model.tokenizer.fingerprint, ...graphNumbers(model)],
    [data.sha256],
    [
      ...[settings.limit, settings.batchTokens, settings.device],
      ...(settings.seed === undefined ? [] : [settings.seed]),
    ],
  ];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/**
 * Graphs of other numbers than float32 were read wrongly, or gave other numbers in other batches, before their numbers were looked
 * at: what was recorded then must not be gone on with.
 */
function graphNumbers({ onnx }: ModelIdentity): string[] {
  return onnx === undefined || onnx.numbers === 'float32' ? [] : [onnx.numbers];
}

/** JSON with the keys of every object in alphabetical order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
