/** Results of exports from the hub in the rows of the models that they were made from. */
import { variantOf } from '../results/comparable.js';
import type { Result } from '../results/result.js';

/** Numbers that keep what a model learned: quantised exports are models of their own. */
const floating = /^b?float\d+$/;

/** The model whose published numbers belong beside those of a result. */
export function publishedModel({
  name,
  exportOf,
  onnx,
}: Pick<Result['model'], 'name' | 'exportOf' | 'onnx'>): string {
  return exportOf !== undefined && floating.test(onnx?.numbers ?? '') ? exportOf : name;
}

/**
 * The results, with those of float exports under the name of their model where that has none of its own, and what they come from among
 * their deviations. Others stay as they are and get rows of their own.
 */
export function withExports(results: readonly Result[]): Result[] {
  const keyOf = ({ task, finetuning }: Result, model: string) =>
    JSON.stringify([model, task.name, Object.entries(variantOf({ task, finetuning })).sort()]);
  const own = new Set(results.map((result) => keyOf(result, result.model.name)));
  return results.map((result) => {
    const { model, task } = result;
    const name = publishedModel(model);
    if (name === model.name || own.has(keyOf(result, name))) return result;
    const remark = `Ours: ${name} on ${task.name} is its export ${model.name}, file ${model.onnx!.file} (${model.onnx!.numbers}).`;
    return { ...result, model: { ...model, name }, deviations: [...result.deviations, remark] };
  });
}
