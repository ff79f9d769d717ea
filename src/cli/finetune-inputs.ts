/** What fine-tuning works on: the data of a task, and models whose weights can be trained. */
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import type { LoadedDataset } from '../datasets/dataset.js';
import { DataError, UserError } from '../errors.js';
import type { FurtherRows } from '../finetuning/further-splits.js';
import type { OpenedModel } from '../runtime/open-model.js';
import type { AnyFinetuneTask, FurtherSplit } from '../tasks/finetune-task.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import type { CommandContext } from './context.js';
import { loadNamedData, openNamedModel } from './inputs.js';

/** Where the data of a task is looked for. */
export interface TaskDataOptions {
  /** A folder with both files, or `sample`. */
  data?: string;
  /** Files that are taken instead of those of `data`. */
  trainData?: string;
  devData?: string;
}

/** The data sets of a task. */
export interface TaskData {
  train: LoadedDataset<unknown>;
  dev: LoadedDataset<unknown>;
  /** Those of the task's further splits that are there. */
  further: FurtherRows[];
}

/** Loads the data of tasks. Only one task's is kept: that of all of GLUE together would take a gigabyte beside the model. */
export function taskDataLoader(
  { data, trainData, devData }: TaskDataOptions,
  context: CommandContext,
): (task: AnyFinetuneTask) => Promise<TaskData> {
  let kept: { task: AnyFinetuneTask; data: TaskData } | undefined;
  return async (task) => {
    if (kept?.task === task) return kept.data;
    kept = undefined;
    const train = await loadNamedData<unknown>(task.train, trainData ?? data, context);
    const dev = await loadNamedData<unknown>(task.dev, devData ?? data, context);
    // One file may hold both, as that of Story Cloze does.
    if (train.sha256 === dev.sha256 && train.rows.length === dev.rows.length) {
      throw new UserError(`The model would be measured on what it is trained on: ${train.file} is both.`, {
        hint: 'Give --data a folder with both files, or name them with --train-data and --dev-data.',
      });
    }
    const further = await Promise.all(
      (task.further ?? []).map((split: FurtherSplit<unknown>) => loadFurther(split, data, context)),
    );
    kept = { task, data: { train, dev, further: further.filter((split) => split !== undefined) } };
    return kept.data;
  };
}

/** A further split, or undefined and a note where it is not there: a run is worth making without it. */
async function loadFurther(
  split: FurtherSplit<unknown>,
  data: string | undefined,
  context: CommandContext,
): Promise<FurtherRows | undefined> {
  try {
    const { rows, sha256 } = await loadNamedData(split.dataset, data, context);
    return { split, rows, sha256 };
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof DataError) throw error;
    context.line.note(`${split.dataset.name} is left out. ${error.message}`);
    return undefined;
  }
}

/** A model whose weights can be trained. */
export type FinetunableModel = OpenedModel & { checkpoint: WeightsCheckpoint };

/** Random weights are the same in every run, so that `--seed` changes what fine-tuning draws and nothing else. */
const RANDOM_MODEL_SEED = 1;

/** Opens a model. Throws UserError for an ONNX model. */
export async function openFinetunable(
  name: string,
  { random, heads, tokenizer }: { random: boolean; heads?: number; tokenizer: Gpt1Mode },
  context: CommandContext,
): Promise<FinetunableModel> {
  const opening = {
    randomSeed: random ? RANDOM_MODEL_SEED : undefined,
    heads,
    gpt1Tokenizer: tokenizer,
  };
  const model = await openNamedModel(name, opening, context);
  const { checkpoint } = model;
  if (checkpoint.kind === 'weights') return { ...model, checkpoint };
  throw new UserError(`${name} is an ONNX model, which cannot be trained.`, {
    hint: 'Name a checkpoint with weights: safetensors, or the TensorFlow and NumPy files of the original releases.',
  });
}
