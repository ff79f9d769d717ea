/** What fine-tuning works on: the data of a task, and models whose weights can be trained. */
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import type { LoadedDataset } from '../datasets/dataset.js';
import { UserError } from '../errors.js';
import type { OpenedModel } from '../runtime/open-model.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
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

/** Both data sets of a task. */
export interface TaskData {
  train: LoadedDataset<unknown>;
  dev: LoadedDataset<unknown>;
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
    if (train.sha256 === dev.sha256) {
      throw new UserError(`The model would be measured on what it is trained on: ${train.file} is both.`, {
        hint: 'Give --data a folder with both files, or name them with --train-data and --dev-data.',
      });
    }
    kept = { task, data: { train, dev } };
    return kept.data;
  };
}

/** A model whose weights can be trained. */
export type FinetunableModel = OpenedModel & { checkpoint: WeightsCheckpoint };

/** Random weights are the same in every run, so that `--seed` changes what fine-tuning draws and nothing else. */
const RANDOM_MODEL_SEED = 1;

/** Opens a model. Throws UserError for an ONNX model. */
export async function openFinetunable(
  name: string,
  { random, tokenizer }: { random: boolean; tokenizer: Gpt1Mode },
  context: CommandContext,
): Promise<FinetunableModel> {
  const opening = { randomSeed: random ? RANDOM_MODEL_SEED : undefined, gpt1Tokenizer: tokenizer };
  const model = await openNamedModel(name, opening, context);
  const { checkpoint } = model;
  if (checkpoint.kind === 'weights') return { ...model, checkpoint };
  throw new UserError(`${name} is an ONNX model, which cannot be trained.`, {
    hint: 'Name a checkpoint with weights: safetensors, or the TensorFlow and NumPy files of the original releases.',
  });
}
