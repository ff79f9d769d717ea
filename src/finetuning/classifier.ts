/** A fine-tuned model as `gpt finetune --output` writes it, opened again to be measured. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { DataError, UserError } from '../errors.js';
import { readJsonObject } from '../files/json-file.js';
import { sha256Of } from '../files/sha256.js';
import { classHeadShapes } from '../models/class-heads.js';
import type { ModelConfig } from '../models/config.js';
import type { AnyFinetuneTask, Segment } from '../tasks/finetune-task.js';
import { type Inference, openInference } from '../training/infer.js';
import { headOf } from './finetune.js';
import { SPECIAL_TOKENS, specialTokens, truncationOf } from './input.js';
import { CLASSIFIER_FILES, describeTruncation } from './output.js';
import { readParameters, readWeights, type WeightNumbers } from './weights.js';

/** The classifier of a fine-tuned model. */
export interface Classifier {
  weights: WeightNumbers;
  /** sha256 (hex) of its weights, which the hash of the model does not cover. */
  sha256: string;
  /** The model before it got its special tokens. */
  config: ModelConfig;
  /**
   * Throws DataError where the model was trained on texts that were cut in another way than these would be: it would be asked
   * about something else than it learned.
   */
  checkTruncation(segments: readonly Segment[]): void;
}

/**
 * Reads what stands beside the model. Throws UserError where the folder has no classifier or one of another task, DataError where
 * it does not fit the model or this version's task.
 */
export async function readClassifier(
  folder: string,
  task: AnyFinetuneTask,
  { config }: WeightsCheckpoint,
): Promise<Classifier> {
  const file = path.join(folder, CLASSIFIER_FILES.description);
  const about = await readJsonObject(file);
  if (about === undefined) {
    throw new UserError(
      `There is no classifier in ${folder}: ${task.name} needs a model that was fine-tuned on it.`,
      {
        hint: `gpt finetune ${task.name} --output FOLDER makes one.`,
      },
    );
  }
  if (about.task !== task.name) {
    throw new UserError(`The model in ${folder} was fine-tuned on ${about.task}, not on ${task.name}.`, {
      hint: `Try "gpt eval ${about.task} --model ${folder}".`,
    });
  }
  const vocabSize = config.vocabSize - SPECIAL_TOKENS;
  expectSame(file, 'head', task.head, about.head);
  expectSame(file, 'classes', task.classes, about.classes);
  expectSame(file, 'special_tokens', specialTokens(vocabSize), about.special_tokens);
  const weightsFile = path.join(folder, CLASSIFIER_FILES.weights);
  const weights = await readWeights(weightsFile);
  for (const [name, shape] of classHeadShapes(headOf(task), config.nEmbd)) {
    const expected = shape.reduce((product, size) => product * size, 1);
    const found = weights.get(name)?.length ?? 0;
    if (found !== expected) {
      throw new DataError({
        file: weightsFile,
        at: name,
        problem: 'the tensor does not fit.',
        expected,
        found,
      });
    }
  }
  const sha256 = sha256Of(await readFile(weightsFile));
  const checkTruncation = (segments: readonly Segment[]) => {
    // A folder from before this was written down: texts were cut in the same way then.
    if (about.truncation === undefined) return;
    for (const [at, wanted] of Object.entries(describeTruncation(truncationOf(segments, config.nCtx)))) {
      expectSame(file, at, wanted, about[at]);
    }
  };
  return { weights, sha256, config: { ...config, vocabSize }, checkTruncation };
}

function expectSame(file: string, at: string, wanted: unknown, has: unknown): void {
  const [expected, found] = [JSON.stringify(wanted), JSON.stringify(has) ?? 'nothing'];
  if (expected !== found)
    throw new DataError({ file, at, problem: 'it does not fit the task.', expected, found });
}

/** Loads model and classifier. */
export async function openClassifier(
  task: AnyFinetuneTask,
  checkpoint: WeightsCheckpoint,
  classifier: Classifier,
  { threads, tokenBudget }: { threads: number; tokenBudget: number },
): Promise<Inference> {
  return openInference({
    config: checkpoint.config,
    head: headOf(task),
    weights: new Map([...(await readParameters(checkpoint)), ...classifier.weights]),
    tokenBudget,
    threads,
  });
}
