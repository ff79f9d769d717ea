/**
 * `gpt pretrain`: a GPT from scratch on the user's own text.
 *
 *     text ─► vocabulary ─► tokens ─► windows in a seeded order ─► updates ─► model in the layout of the hub
 *                                                                    │
 *                                  held-out perplexity, samples, saved states, log
 *
 * Everything that decides an update is a function of its number, so a run that goes on from a saved state computes the very
 * updates of one that was never stopped.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { explainWriteError } from '../files/space.js';
import { readWeights } from '../finetuning/weights.js';
import type { ModelConfig } from '../models/config.js';
import { lockRun } from '../runs/run-lock.js';
import { adamW } from '../training/adam.js';
import { type ExportDtype, writeModelFiles } from '../training/model-files.js';
import { openTrainer, type Trainer, type TrainerOptions } from '../training/trainer.js';
import type { PretrainData } from './data.js';
import type { HeldOutPerplexity } from './held-out.js';
import { openPretrainLog, type PretrainEvent, readPretrainLog } from './log.js';
import { finishRun, type PretrainProgress, trainUpdates } from './loop.js';
import { claimRunFolder, type PretrainIdentity, recordRun, runFolder } from './run.js';
import { openSampler } from './sample.js';
import { type PretrainSettings, planStages, type RunLength, updatesOfEpochs } from './settings.js';
import { updatesInMinutes } from './speed.js';
import { openSavedStates } from './state.js';

/** A run to be done. */
export interface Pretraining {
  config: ModelConfig;
  data: PretrainData;
  length: RunLength;
  settings: PretrainSettings;
  /** Folder of the model; working files lie in `training/` below it. */
  output: string;
  /** How the weights are stored. */
  dtype: ExportDtype;
  /** How often the model is measured on held-out text, sampled from and written; the end counts as one. */
  evaluations: number;
  /** Minutes between two saved states. */
  saveMinutes: number;
  /** Updates between two models that are kept beside the last one; absent: none is. */
  keepEvery?: number;
  /** Text that samples continue. */
  prompt: string;
  /** Order of an n-gram model to compare with; absent: none. */
  baselineOrder?: number;
  /** Threads of one operation; 0 is one per physical core. */
  threads: number;
  /** Forget an earlier run in the same folder. */
  fresh: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: PretrainProgress) => void;
  /** Something worth a line of its own. */
  onNote?: (text: string) => void;
}

/** A finished run. */
export interface PretrainOutcome {
  totalUpdates: number;
  /** Time of training, all runs together. */
  seconds: number;
  /** On all held-out text, at the end. */
  heldOut?: HeldOutPerplexity;
  baseline?: HeldOutPerplexity & { model: string };
  logFile: string;
  /** True when nothing had to be computed. */
  wasComplete: boolean;
}

/**
 * Trains, or goes on with a run that was interrupted. Throws InterruptedError when the signal is aborted, with the state
 * saved; UserError on a loss that is no number, with the last good model kept, and when the disk is full.
 */
export async function pretrain(run: Pretraining): Promise<PretrainOutcome> {
  const files = runFolder(run.output);
  const identity = identityOf(run);
  try {
    const known = await claimRunFolder(files, identity, run.fresh);
    const unlock = await lockRun(path.join(files.folder, 'run'), {
      path: run.output,
      variable: '--output',
    });
    try {
      const finished = outcomeOf(await readPretrainLog(files.logFile), files.logFile);
      if (finished) return { ...finished, wasComplete: true };
      const totalUpdates = known ?? (await chooseTotal(run));
      if (known === undefined) await recordRun(files, identity, totalUpdates);
      await writeModelFiles(run.output, run.config, run.data.files);
      return await continueRun(run, totalUpdates);
    } finally {
      await unlock();
    }
  } catch (error) {
    throw explainWriteError(error, { path: run.output, variable: '--output' });
  }
}

async function continueRun(run: Pretraining, totalUpdates: number): Promise<PretrainOutcome> {
  const files = runFolder(run.output);
  const states = await openSavedStates(files.folder);
  const trainer = await openFreshTrainer(run, totalUpdates);
  try {
    const notes = await states.restore(trainer, (error) => run.onNote?.(`${error.message} It is left out.`));
    if (notes) run.onNote?.(`Going on after update ${trainer.updates} of ${totalUpdates}.`);
    const log = await openPretrainLog(files.logFile, trainer.updates);
    const sampler = await openSampler(run.config, run.threads);
    try {
      const parts = { trainer, states, log, sampler, secondsBefore: Number(notes?.seconds ?? 0) };
      const seconds = await trainUpdates(run, planOf(run, totalUpdates), parts);
      await finishRun(run, parts, seconds);
      return { ...outcomeOf(log.events, files.logFile)!, wasComplete: false };
    } finally {
      await sampler.close();
      await log.close();
    }
  } finally {
    await trainer.close();
  }
}

function identityOf({ config, data, length, settings }: Pretraining): PretrainIdentity {
  // Tokens are kept under a hash of texts and vocabulary.
  const textOf = (corpus: PretrainData['heldOut']) =>
    corpus === undefined ? 'none' : path.basename(corpus.file, '.tokens');
  return {
    config,
    tokenizer: data.tokenizer.fingerprint,
    trainingText: textOf(data.training),
    heldOutText: textOf(data.heldOut),
    length,
    settings,
  };
}

async function chooseTotal(run: Pretraining): Promise<number> {
  const { length, settings, config, data } = run;
  if ('updates' in length) return length.updates;
  if ('epochs' in length) {
    return updatesOfEpochs(length.epochs, data.training.tokens.length, settings, config.nCtx);
  }
  return updatesInMinutes(length.minutes, run, () => openFreshTrainer(run, 1));
}

/** The stages of a run and when it is measured. */
export interface PretrainPlan {
  totalUpdates: number;
  stages: ReturnType<typeof planStages>;
  /** Whether the model is measured after so many updates; the end is another matter. */
  isMeasuredAfter(updates: number): boolean;
  /** Whether the model after so many updates is kept: the last one is, where any is. */
  isKeptAfter(updates: number): boolean;
}

function planOf(
  { settings, config, evaluations, keepEvery }: Pretraining,
  totalUpdates: number,
): PretrainPlan {
  const every = Math.max(1, Math.round(totalUpdates / Math.max(1, evaluations)));
  return {
    totalUpdates,
    stages: planStages(settings, config.nCtx, totalUpdates),
    isMeasuredAfter: (updates) => updates % every === 0 && updates < totalUpdates && evaluations > 1,
    isKeptAfter: (updates) =>
      keepEvery !== undefined && (updates % keepEvery === 0 || updates === totalUpdates),
  };
}

/** A trainer at update 0, its weights as the papers initialise them. */
async function openFreshTrainer(run: Pretraining, totalUpdates: number): Promise<Trainer> {
  const { config, settings, threads } = run;
  const { dropout: rate } = settings;
  const options: TrainerOptions = {
    config,
    weights: await initialWeights(run),
    lmCoef: 1,
    dropout: { embedding: rate, attention: rate, residual: rate, classifier: 0 },
    seed: settings.seed,
    optimizer: {
      ...adamW,
      beta2: settings.beta2,
      weightDecay: settings.weightDecay,
      maxGradNorm: settings.maxGradNorm,
    },
    schedule: {
      kind: 'cosine',
      peak: settings.lr,
      final: 0,
      warmupUpdates: Math.max(1, Math.round(settings.warmup * totalUpdates)),
      totalUpdates,
    },
    tokenBudget: settings.batchTokens,
    threads,
  };
  return openTrainer(options);
}

/** The very weights of `--random`, read from a checkpoint that is gone afterwards. */
async function initialWeights({ output, config, settings }: Pretraining): Promise<TrainerOptions['weights']> {
  const folder = path.join(runFolder(output).folder, 'initial');
  try {
    await writeRandomCheckpoint(folder, config, settings.seed, settings.initStd);
    return await readWeights(path.join(folder, 'model.safetensors'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a log says about a finished run; undefined when it is not finished. */
function outcomeOf(
  events: readonly PretrainEvent[],
  logFile: string,
): Omit<PretrainOutcome, 'wasComplete'> | undefined {
  const end = events.findLast((event) => event.kind === 'finished');
  if (end === undefined) return undefined;
  const heldOut = events.findLast((event) => event.kind === 'held-out');
  const baseline = events.findLast((event) => event.kind === 'baseline');
  return { totalUpdates: end.update, seconds: end.seconds, heldOut, baseline, logFile };
}
