/**
 * Fine-tuning of the GPT-1 paper (§3.2, §4.1): a few epochs over a small labelled data set, measured after each. An
 * interrupted run goes on from the last state that was saved and ends in the same weights as one that never stopped.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { UserError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import type { ClassHead } from '../models/class-heads.js';
import { resultsTarget } from '../runs/journal.js';
import { lockRun } from '../runs/run-lock.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { gpt1Adam } from '../training/adam.js';
import { initialHead, openTrainer, type Trainer } from '../training/trainer.js';
import { type Objective, trainedShapes } from '../training/training-graph.js';
import { type FinetuneIdentity, finetuneFingerprint, type RunFiles, runFiles } from './identity.js';
import { type FinetuneExample, prepareFinetuneExamples } from './input.js';
import { openTrainingJournal, type TrainingJournal } from './journal.js';
import { runEpochs } from './loop.js';
import type { FinetuneProgress } from './progress.js';
import { findEarlierRun, removeTemporaryFiles } from './resume.js';
import { startingWeights } from './transfer.js';
import { enlarge, enlargedConfig } from './weights.js';

/** Everything that a run needs. */
export interface FinetuneRun {
  task: AnyFinetuneTask;
  /** What is trained on and measured on, as `prepareExamples` gives it. */
  examples: RunExamples;
  identity: FinetuneIdentity;
  checkpoint: WeightsCheckpoint;
  /** Folder of results; journals and states live in `journals/` below it. */
  resultsFolder: string;
  /** Forget what an earlier run has left. */
  fresh: boolean;
  /** Threads of one operation; 0: one per core. */
  threads: number;
  /** The state is saved when this much time has passed since the last time, and after each epoch. */
  saveSeconds: number;
  signal?: AbortSignal;
  onProgress?: (progress: FinetuneProgress) => void;
  /** Takes sentences for the user. */
  onNote?: (note: string) => void;
}

/** The examples of a run. */
export interface RunExamples {
  train: FinetuneExample[];
  dev: FinetuneExample[];
}

/** A finished run. */
export interface FinetuneOutcome extends RunExamples {
  files: RunFiles;
  journal: TrainingJournal;
  /** True when nothing had to be computed. */
  wasComplete: boolean;
}

/** The classifier of a task. */
export function headOf({ head, classes }: AnyFinetuneTask): ClassHead {
  return { kind: head, classes: classes.length };
}

/**
 * Fine-tunes a model on a task. Throws InterruptedError when the signal is aborted, UserError when the loss is no number
 * any more; what was saved before is kept in both cases.
 */
export async function finetune(run: FinetuneRun): Promise<FinetuneOutcome> {
  const { task, identity } = run;
  const { settings } = identity;
  const { train, dev } = run.examples;
  noteTruncation(run, { training: train, dev });
  const files = runFiles(run.resultsFolder, identity);
  const fingerprint = finetuneFingerprint(identity);
  await makeFolder(path.dirname(files.journal)).catch((error) => {
    throw explainWriteError(error, resultsTarget(run.resultsFolder));
  });
  const unlock = await lockRun(files.journal);
  try {
    await removeTemporaryFiles(files);
    const earlier = run.fresh
      ? ({ kind: 'none' } as const)
      : await findEarlierRun(files, fingerprint, settings.epochs);
    // A state that is of no use any more, or of an earlier beginning, must not be taken for one of this run.
    if (earlier.kind !== 'interrupted') await rm(files.state, { force: true });
    if (earlier.kind === 'complete') {
      return { files, journal: earlier.journal, train, dev, wasComplete: true };
    }
    const journalBytes = earlier.kind === 'interrupted' ? earlier.journalBytes : 0;
    const journal = await openTrainingJournal(files.journal, { fingerprint, identity }, journalBytes);
    try {
      const trainer = await startTrainer(run, train.length, `${files.state}.drawn.tmp`);
      try {
        if (earlier.kind === 'interrupted') {
          await trainer.loadState(files.state);
          run.onNote?.(`Going on after update ${trainer.updates} of an earlier run; --fresh starts again.`);
        }
        const shapes = trainedShapes(objectiveOf(task, identity));
        await runEpochs({ ...run, settings, train, dev, trainer, shapes, journal, files });
      } finally {
        await trainer.close();
      }
    } finally {
      await journal.close();
    }
    await rm(files.state, { force: true });
    return { files, journal: journal.content, train, dev, wasComplete: false };
  } finally {
    await unlock();
  }
}

/** What examples are made from: all rows of both data sets, of which the settings may take a part. */
export interface ExampleSources extends Pick<FinetuneRun, 'task' | 'identity'> {
  trainRows: readonly unknown[];
  devRows: readonly unknown[];
  tokenizer: Tokenizer;
}

/** The examples of a run. Throws UserError where those of the training data do not fill a batch. */
export function prepareExamples({
  task,
  trainRows,
  devRows,
  identity,
  tokenizer,
}: ExampleSources): RunExamples {
  const { settings, model } = identity;
  const prepare = (rows: readonly unknown[], limit: number | null) =>
    prepareFinetuneExamples(task, limit === null ? rows : rows.slice(0, limit), tokenizer, model.config);
  const train = prepare(trainRows, settings.limitTrain);
  if (train.length < settings.batch) {
    throw new UserError(
      `${train.length} training examples do not fill a batch of ${settings.batch}, and an update takes a whole one.`,
      { hint: 'Lower --batch, or raise --limit-train.' },
    );
  }
  return { train, dev: prepare(devRows, settings.limit) };
}

/**
 * `prepareExamples` for runs one after another: those that differ in seed, losses or weights have the same examples, and to split a
 * large data set into tokens takes minutes, even where a run turns out to be finished.
 */
export function examplePreparer(): typeof prepareExamples {
  let kept: { key: string; examples: RunExamples } | undefined;
  return (sources) => {
    const { task, identity } = sources;
    const { model, train, dev, settings } = identity;
    const { limitTrain, limit, batch } = settings;
    const parts = [
      task.name,
      model.config,
      model.tokenizer,
      train.sha256,
      dev.sha256,
      limitTrain,
      limit,
      batch,
    ];
    const key = JSON.stringify(parts);
    if (kept?.key !== key) kept = { key, examples: prepareExamples(sources) };
    return kept.examples;
  };
}

function noteTruncation(
  { identity, onNote }: FinetuneRun,
  sets: Record<string, readonly FinetuneExample[]>,
): void {
  const parts = Object.entries(sets).flatMap(([name, examples]) => {
    const cut = examples.filter(({ truncatedTokens }) => truncatedTokens > 0).length;
    return cut === 0 ? [] : `${cut} of ${examples.length} ${name} examples`;
  });
  if (parts.length > 0) {
    onNote?.(`${parts.join(' and ')} were cut to fit the ${identity.model.config.nCtx} positions.`);
  }
}

/** What is trained on which losses. */
export function objectiveOf(task: AnyFinetuneTask, { model, settings }: FinetuneIdentity): Objective {
  return { config: enlargedConfig(model.config), head: headOf(task), lmCoef: settings.lmCoef };
}

/** One seed gives several streams of random numbers; what is above 32 bits tells them apart. */
const seedOf = (seed: number, stream: number) => seed + stream * 2 ** 32;

/** What a trainer is made from. */
export type TrainerInputs = Pick<FinetuneRun, 'task' | 'identity' | 'checkpoint' | 'threads'>;

/** Starts a run at its first update. `temporaryFolder` is for weights that are drawn, and is gone afterwards. */
export async function startTrainer(
  run: TrainerInputs,
  trainExamples: number,
  temporaryFolder: string,
): Promise<Trainer> {
  const { settings } = run.identity;
  const objective = objectiveOf(run.task, run.identity);
  const { config } = run.checkpoint;
  const start = await startingWeights(
    run.checkpoint,
    settings.transferLayers,
    seedOf(settings.seed, 4),
    temporaryFolder,
  ).catch((error) => {
    throw explainWriteError(error, resultsTarget(path.dirname(temporaryFolder)));
  });
  const weights = enlarge(start, config, seedOf(settings.seed, 1));
  const classifier = initialHead(headOf(run.task), objective.config.nEmbd, seedOf(settings.seed, 2));
  return openTrainer({
    ...objective,
    weights: new Map([...weights, ...classifier]),
    dropout: {
      embedding: settings.embdDropout,
      attention: settings.attnDropout,
      residual: settings.residDropout,
      classifier: settings.clfDropout,
    },
    seed: seedOf(settings.seed, 3),
    optimizer: { ...gpt1Adam, weightDecay: settings.l2, maxGradNorm: settings.maxGradNorm },
    schedule: {
      kind: 'gpt1',
      peak: settings.lr,
      warmup: settings.warmup,
      totalUpdates: Math.floor(trainExamples / settings.batch) * settings.epochs,
    },
    tokenBudget: settings.batchTokens,
    threads: run.threads,
  });
}
