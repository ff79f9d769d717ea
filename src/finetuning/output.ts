/** A fine-tuned model as a folder: the language model in the Hugging Face layout, the classifier beside it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { readJsonObject } from '../files/json-file.js';
import { explainWriteError } from '../files/space.js';
import { classHeadShapes } from '../models/class-heads.js';
import type { AnyFinetuneTask, Segment } from '../tasks/finetune-task.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-content.js';
import { writeModelFiles, writeModelWeights } from '../training/model-files.js';
import { headOf } from './finetune.js';
import type { FinetuneIdentity } from './identity.js';
import { specialTokens, type Truncation, truncationOf } from './input.js';
import { enlargedConfig, readWeights, writeWeights } from './weights.js';

/** What `classifier.json` says; docs/finetuning.md explains it. */
interface ClassifierDescription {
  task: string;
  head: AnyFinetuneTask['head'];
  classes: readonly string[];
  special_tokens: { start: number; delimiter: number; extract: number };
  /** As in `Truncation`. */
  truncation: Truncation['rule'];
  sequence_tokens: number;
  segment_tokens: number;
  trained_from: string;
  fingerprint: string;
}

/** What stands beside the model: what the classifier is, and its weights. */
export const CLASSIFIER_FILES = {
  description: 'classifier.json',
  weights: 'classifier.safetensors',
} as const;

/**
 * Throws UserError when the folder holds a model that is not this run's: hours later it would be too late to say so, and
 * to write over it would be worse.
 */
export async function checkOutputFolder(folder: string, fingerprint: string): Promise<void> {
  if (!existsSync(path.join(folder, 'model.safetensors'))) return;
  const earlier = await readJsonObject(path.join(folder, CLASSIFIER_FILES.description));
  if (earlier?.fingerprint === fingerprint) return;
  throw new UserError(`--output ${folder}: there is another model in this folder.`, {
    hint: 'Name a new folder, or delete that model.',
  });
}

/** How texts were cut, as `classifier.json` has it. */
export function describeTruncation({
  rule,
  sequenceTokens,
  segmentTokens,
}: Truncation): Pick<ClassifierDescription, 'truncation' | 'sequence_tokens' | 'segment_tokens'> {
  return { truncation: rule, sequence_tokens: sequenceTokens, segment_tokens: segmentTokens };
}

/** A run whose model is written. */
export interface FinetunedModel {
  task: AnyFinetuneTask;
  identity: FinetuneIdentity;
  fingerprint: string;
  /** Holds the best epoch. */
  weightsFile: string;
  tokenizer: TokenizerFiles;
  /** The texts of one of its examples, which tell how all of them were cut. */
  segments: readonly Segment[];
}

/**
 * Writes `config.json`, tokenizer and `model.safetensors` of the model with its special tokens, `classifier.safetensors`
 * (`clf.weight` [C, classes], `clf.bias`) and `classifier.json`. Throws UserError where the weights are gone or the folder cannot
 * be written.
 */
export async function writeFinetunedModel(
  folder: string,
  { task, identity: { model }, fingerprint, weightsFile, tokenizer, segments }: FinetunedModel,
): Promise<void> {
  const config = enlargedConfig(model.config);
  if (!existsSync(weightsFile)) {
    throw new UserError(`The weights of the best epoch are gone: ${weightsFile}`, {
      hint: 'Run the same command with --fresh to train again.',
    });
  }
  const weights = await readWeights(weightsFile);
  const description: ClassifierDescription = {
    task: task.name,
    head: task.head,
    classes: task.classes,
    special_tokens: { ...specialTokens(model.config.vocabSize) },
    ...describeTruncation(truncationOf(segments, model.config.nCtx)),
    trained_from: model.name,
    fingerprint,
  };
  try {
    await makeFolder(folder);
    await writeModelFiles(folder, config, tokenizer);
    await writeModelWeights(folder, config, weights, 'F32');
    const shapes = classHeadShapes(headOf(task), config.nEmbd);
    await writeWeights(path.join(folder, CLASSIFIER_FILES.weights), shapes, weights);
    const bytes = new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`);
    await writeAtomically(path.join(folder, CLASSIFIER_FILES.description), (handle) =>
      writeFully(handle, bytes),
    );
  } catch (error) {
    throw explainWriteError(error, { path: folder, variable: '--output' });
  }
}
