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
import { UserError } from '../errors.js';
import { explainWriteError } from '../files/space.js';
import { readWeights } from '../finetuning/weights.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import { lockRun } from '../runs/run-lock.js';
import { adamW } from '../training/adam.js';
import { writeModelFiles } from '../training/model-files.js';
import { openTrainer, type Trainer, type TrainerOptions } from '../training/trainer.js';
import type { PretrainData } from './data.js';
import type { HeldOutPerplexity } from './held-out.js';
import { openPretrainLog, type PretrainEvent, readPretrainLog } from './log.js';
import { wantedLooks } from './looks.js';
import { finishRun, trainUpdates } from './loop.js';
import type { Pretraining, PretrainPlan } from './pretraining.js';
import { claimRunFolder, type PretrainIdentity, type RunPlan, recordRun, runFolder } from './run.js';
import { openSampler } from './sample.js';
import { planStages, tokensPerUpdate, updatesOfEpochs } from './settings.js';
import { measureSpeed } from './speed.js';
import { openSavedStates } from './state.js';
import { planTime } from './time-plan.js';

/** The most that measuring the speed takes of the time. */
const SPEED_SHARE = 0.06;

/** Fewer updates than this are called few. */
const FEW_UPDATES = 20;

/** Nats below those of guessing from which on a model has learned something. */
const LEARNED = 0.1;

/** Updates over which the last loss is averaged. */
const RECENT_LOSSES = 20;

/** A run whose updates, or whose time, are at an end. */
export interface PretrainOutcome {
  /** Updates that were done. */
  updates: number;
  /** Updates that were planned: more than were done where the time was up before. */
  totalUpdates: number;
  /** Time of training, all runs together. */
  seconds: number;
  /** At the end; `share` is the part of the held-out text that it was measured on. */
  heldOut?: HeldOutPerplexity & { share: number };
  /** Mean of −log p at the end, nats, of held-out text or else of what was trained on. */
  loss: number;
  /** False where that is no better than guessing among all symbols. */
  learned: boolean;
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
  const startedAt = run.startedAt ?? performance.now();
  const { length } = run;
  const secondsLeft =
    'minutes' in length ? () => length.minutes * 60 - (performance.now() - startedAt) / 1000 : undefined;
  try {
    const known = await claimRunFolder(files, identity, run.fresh);
    const unlock = await lockRun(path.join(files.folder, 'run'), {
      path: run.output,
      variable: '--output',
    });
    try {
      const events = await readPretrainLog(files.logFile);
      if (known && events.some(({ kind }) => kind === 'finished')) {
        return { ...outcomeOf(events, known, run), wasComplete: true };
      }
      const plan = known ?? (await planRun(run, secondsLeft));
      if (known === undefined) await recordRun(files, identity, plan);
      run.onNote?.(describePlan(plan, run));
      await writeModelFiles(run.output, run.config, run.data.files);
      // Whoever goes on with a run wants the rest of it, however long that takes.
      return await continueRun(run, plan, known === undefined ? secondsLeft : undefined);
    } finally {
      await unlock();
    }
  } catch (error) {
    throw explainWriteError(error, { path: run.output, variable: '--output' });
  }
}

async function continueRun(
  run: Pretraining,
  runPlan: RunPlan,
  secondsLeft: (() => number) | undefined,
): Promise<PretrainOutcome> {
  const { totalUpdates } = runPlan;
  const files = runFolder(run.output);
  const states = await openSavedStates(files.folder);
  const trainer = await openFreshTrainer(run, totalUpdates);
  try {
    const notes = await states.restore(trainer, (error) => run.onNote?.(`${error.message} It is left out.`));
    if (notes)
      run.onNote?.(`Going on after update ${formatCount(trainer.updates)} of ${formatCount(totalUpdates)}.`);
    const log = await openPretrainLog(files.logFile, trainer.updates);
    const sampler = await openSampler(run.config, run.threads);
    try {
      const secondsBefore = Number(notes?.seconds ?? 0);
      const parts = { trainer, states, log, sampler, secondsBefore, secondsLeft };
      const plan = planOf(run, runPlan);
      const seconds = await trainUpdates(run, plan, parts);
      await finishRun(run, plan, parts, seconds);
      return { ...outcomeOf(log.events, runPlan, run), wasComplete: false };
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

/** The number of updates; for minutes, how many fit. Throws UserError when that is none. */
async function planRun(run: Pretraining, secondsLeft: (() => number) | undefined): Promise<RunPlan> {
  const { length, settings, config, data } = run;
  if ('updates' in length) return { totalUpdates: length.updates };
  if ('epochs' in length) {
    const { length: tokens } = data.training.tokens;
    return { totalUpdates: updatesOfEpochs(length.epochs, tokens, settings, config.nCtx) };
  }
  const left = secondsLeft!();
  const opening = performance.now();
  const trainer = await openFreshTrainer(run, 1);
  const secondsToOpen = (performance.now() - opening) / 1000;
  const speed = await measureSpeed(run, trainer, SPEED_SHARE * Math.max(0, left)).finally(() =>
    trainer.close(),
  );
  const { updates, looks, windows } = planTime(secondsLeft!() - secondsToOpen, speed, wantedLooks(run));
  if (updates > 0) return { totalUpdates: updates, looks: { count: looks, windows } };
  const spent = formatDuration(length.minutes * 60 - left);
  throw new UserError(
    `Not one update fits into ${formatDuration(length.minutes * 60)}: one takes ${formatDuration(speed.perUpdate)} here, and reading the text took ${spent}.`,
    {
      hint: 'Give it more --minutes, or make updates smaller: --batch, --layers, --width or --context. Text that was read once is kept, so the next run starts sooner.',
    },
  );
}

/** `1,204 updates of 8,192 tokens; 10 looks at held-out text` */
function describePlan({ totalUpdates, looks }: RunPlan, { settings, config, length }: Pretraining): string {
  const updates = `${countOf(totalUpdates, 'update')} of ${countOf(tokensPerUpdate(settings, config.nCtx), 'token')}`;
  if (looks === undefined) return updates;
  const minutes = 'minutes' in length ? formatDuration(length.minutes * 60) : '';
  const few =
    totalUpdates < FEW_UPDATES
      ? ' That is hardly enough to learn anything: more minutes, a smaller model or a smaller --batch make it more.'
      : '';
  return `${updates} fit into ${minutes}, with ${countOf(looks.count, 'look')} on the way.${few}`;
}

function planOf(
  { settings, config, evaluations: wanted, keepEvery }: Pretraining,
  { totalUpdates, looks }: RunPlan,
): PretrainPlan {
  const evaluations = Math.min(wanted, looks === undefined ? wanted : looks.count + 1);
  const every = Math.max(1, Math.round(totalUpdates / Math.max(1, evaluations)));
  return {
    totalUpdates,
    windowsPerLook: looks?.windows,
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

/** What a log says about a run to whose end it goes. */
function outcomeOf(
  events: readonly PretrainEvent[],
  { totalUpdates }: RunPlan,
  { config, output }: Pretraining,
): Omit<PretrainOutcome, 'wasComplete'> {
  const updates = events.filter((event) => event.kind === 'update');
  const heldOut = events.findLast((event) => event.kind === 'held-out');
  const baseline = events.findLast((event) => event.kind === 'baseline');
  const recent = updates.slice(-RECENT_LOSSES).map(({ loss }) => loss);
  const loss = heldOut?.nllPerToken ?? recent.reduce((sum, one) => sum + one, 0) / recent.length;
  return {
    updates: updates.at(-1)?.update ?? 0,
    totalUpdates,
    seconds: events.findLast((event) => 'seconds' in event)?.seconds ?? 0,
    heldOut,
    baseline,
    loss,
    learned: loss < Math.log(config.vocabSize) - LEARNED,
    logFile: runFolder(output).logFile,
  };
}
