/** The updates of a run, and what happens between them. */

import type { TokenizedCorpus } from '../datasets/tokenized-corpus.js';
import { InterruptedError, UserError } from '../errors.js';
import { countOf, formatCount } from '../format.js';
import { keyedRandom } from '../random/keyed-random.js';
import { writeModelWeights } from '../training/model-files.js';
import type { Trainer } from '../training/trainer.js';
import {
  type HeldOutWindow,
  measureHeldOut,
  type PartlyMeasured,
  perplexityOf,
  scatterWindows,
  sequenceOf,
} from './held-out.js';
import { keepCheckpoint } from './kept-checkpoints.js';
import type { PretrainLog } from './log.js';
import { interimWindows, windowsOf } from './looks.js';
import { trainNgrams } from './ngram-baseline.js';
import { createWindowOrder } from './order.js';
import type { Pretraining, PretrainPlan } from './pretraining.js';
import type { Sampler } from './sample.js';
import type { SavedStates } from './state.js';

/** What a run works with. */
export interface RunParts {
  trainer: Trainer;
  states: SavedStates;
  log: PretrainLog;
  sampler: Sampler;
  /** Seconds of training in earlier runs. */
  secondsBefore: number;
  /** Seconds until the time is up; absent: there is no limit. */
  secondsLeft?: () => number;
}

/** What is kept of a limited time for the end, as a share of what is left when training starts. */
const KEPT_FOR_THE_END = { lookingAndWriting: 0.1, writing: 0.04 };

/** Updates over which the loss and speed on the live line are averaged. */
const RECENT = 20;

/** Tokens of a sample, drawn as those in the GPT-2 paper (top-k 40). */
const SAMPLE = {
  tokens: 60,
  sampling: { method: 'sample', temperature: 1, topK: 40, topP: 1 },
} as const;

/**
 * Does the updates that are not done yet, as far as the time allows: looks are left out first. Returns the seconds of training,
 * earlier runs included.
 */
export async function trainUpdates(run: Pretraining, plan: PretrainPlan, parts: RunParts): Promise<number> {
  const { trainer, log } = parts;
  const { tokens } = run.data.training;
  const order = createWindowOrder(tokens.length, plan.stages, run.settings.seed);
  const started = performance.now();
  const elapsed = () => parts.secondsBefore + (performance.now() - started) / 1000;
  const recent: { loss: number; tokens: number; at: number }[] = [];
  let savedAt = performance.now();
  let stepping = 0;
  let done = 0;
  let isBehind = false;
  const available = parts.secondsLeft?.() ?? Number.POSITIVE_INFINITY;
  /** Whether the time is enough for so many more updates at the speed so far, and for what comes at the end. */
  const hasTime = (updates: number, kept: number) =>
    parts.secondsLeft === undefined || parts.secondsLeft() > (updates * stepping) / done + kept * available;
  while (trainer.updates < plan.totalUpdates) {
    if (run.signal?.aborted) await stop(run, parts, plan, elapsed());
    if (done > 0 && !hasTime(1, KEPT_FOR_THE_END.writing)) break;
    const windows = order(trainer.updates);
    const stepStarted = performance.now();
    const result = await stepOrStop(run, parts, plan, elapsed, () =>
      trainer.step(windows.map((range) => ({ sequences: [sequenceOf(tokens, range)] }))),
    );
    stepping += (performance.now() - stepStarted) / 1000;
    done++;
    const { updates } = trainer;
    await log.append({
      kind: 'update',
      update: updates,
      loss: result.loss,
      lr: result.scheduledRate,
      gradNorm: result.gradNorm,
      tokens: result.tokens,
      seconds: elapsed(),
    });
    recent.push({ loss: result.loss, tokens: result.tokens, at: elapsed() });
    if (recent.length > RECENT + 1) recent.shift();
    report(run, plan, updates, recent);
    if (plan.isKeptAfter(updates)) await keepCheckpoint(run, updates, () => trainer.exportWeights());
    const updatesLeft = plan.totalUpdates - updates;
    if (plan.isMeasuredAfter(updates)) {
      if (hasTime(updatesLeft, KEPT_FOR_THE_END.lookingAndWriting)) await look(run, plan, parts, elapsed);
      else if (!isBehind) {
        isBehind = true;
        run.onNote?.('The machine is slower than it was: looks are left out until the time is enough again.');
      }
    }
    if (performance.now() - savedAt >= run.saveMinutes * 60_000) {
      await save(parts, elapsed());
      savedAt = performance.now();
    }
  }
  return elapsed();
}

/**
 * Measures everything that was held out, or as much as the time allows, draws samples and writes the model. Closes the log when
 * all updates are done.
 */
export async function finishRun(
  run: Pretraining,
  plan: PretrainPlan,
  parts: RunParts,
  seconds: number,
): Promise<void> {
  const { trainer, log } = parts;
  // Whatever interrupts the measuring need not cost an update.
  await save(parts, seconds);
  const update = trainer.updates;
  const { heldOut } = run.data;
  if (heldOut !== undefined) {
    const all = windowsOf(run, heldOut, run.config.nCtx >> 1);
    const { secondsLeft } = parts;
    const windows = secondsLeft === undefined ? all : scatterWindows(all);
    const kept = KEPT_FOR_THE_END.writing * Math.max(0, secondsLeft?.() ?? 0);
    const isLate = () => secondsLeft !== undefined && secondsLeft() < kept;
    const measured = await measure(run, trainer, heldOut, windows, isLate);
    if (measured === undefined || run.signal?.aborted) throw interrupted(update, plan.totalUpdates);
    const { windows: count, ...perplexity } = measured;
    await log.append({ kind: 'held-out', update, share: count / all.length, seconds, ...perplexity });
    if (run.baselineOrder !== undefined) {
      await compareBaseline(run, log, heldOut, windows.slice(0, count), update);
    }
  }
  await sampleAndWrite(run, parts);
  if (update === plan.totalUpdates) await log.append({ kind: 'finished', update, seconds });
  await log.flush();
}

/** A step whose loss is no number changes nothing, so the weights before it are kept and written. */
async function stepOrStop<T>(
  run: Pretraining,
  parts: RunParts,
  plan: PretrainPlan,
  elapsed: () => number,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await save(parts, elapsed());
    const weights = await parts.trainer.exportWeights();
    // Weights that are too large for their type already are no model worth a second complaint.
    await writeModelWeights(run.output, run.config, weights, run.dtype).catch((reason: unknown) => {
      if (!(reason instanceof UserError)) throw reason;
    });
    throw new UserError(
      `Update ${parts.trainer.updates + 1} of ${plan.totalUpdates} cannot be done: ${error.message}`,
      {
        hint: `The model before it is in ${run.output}. Start again with --fresh and a smaller --lr (it was ${run.settings.lr}) or a longer --warmup.`,
        cause: error,
      },
    );
  }
}

async function stop(run: Pretraining, parts: RunParts, plan: PretrainPlan, seconds: number): Promise<never> {
  await save(parts, seconds);
  await writeModelWeights(run.output, run.config, await parts.trainer.exportWeights(), run.dtype);
  throw interrupted(parts.trainer.updates, plan.totalUpdates);
}

function interrupted(done: number, total: number): InterruptedError {
  return new InterruptedError(`Stopped after ${formatCount(done)} of ${countOf(total, 'update')}.`, {
    hint: 'Nothing is lost: run the same command again to go on from here.',
  });
}

/** The log first: the state must not be ahead of it. */
async function save({ trainer, states, log }: RunParts, seconds: number): Promise<void> {
  await log.flush();
  await states.save(trainer, { seconds: seconds.toFixed(1) });
}

/** A look at the model in the middle of a run. */
async function look(
  run: Pretraining,
  plan: PretrainPlan,
  parts: RunParts,
  elapsed: () => number,
): Promise<void> {
  const { trainer, log } = parts;
  const { heldOut } = run.data;
  if (heldOut !== undefined) {
    const windows = interimWindows(run, heldOut, plan.windowsPerLook);
    const measured = await measure(run, trainer, heldOut, windows.chosen);
    if (measured === undefined || run.signal?.aborted) return; // The loop stops before the next update.
    const { windows: count, ...part } = measured;
    const share = count / windows.all;
    await log.append({ kind: 'held-out', update: trainer.updates, share, seconds: elapsed(), ...part });
    run.onNote?.(
      `after ${countOf(trainer.updates, 'update')}: held-out perplexity ${part.perWordPerplexity.toFixed(1)} per word, ${part.perTokenPerplexity.toFixed(1)} per token`,
    );
  }
  await sampleAndWrite(run, parts);
}

async function measure(
  run: Pretraining,
  trainer: Trainer,
  heldOut: TokenizedCorpus,
  windows: readonly HeldOutWindow[],
  isLate: () => boolean = () => false,
): Promise<PartlyMeasured | undefined> {
  const rows = Math.max(1, Math.floor(run.settings.batchTokens / run.config.nCtx));
  const score = async (sequences: readonly number[][]) => {
    const { tokenLogProbs } = await trainer.evaluate(sequences.map((ids) => ({ sequences: [ids] })));
    return tokenLogProbs!;
  };
  return measureHeldOut(heldOut, windows, rows, score, (done) => {
    run.onProgress?.({ phase: 'held-out', done });
    // A first batch is always measured: a run without a number says nothing.
    return !run.signal?.aborted && (done === 0 || !isLate());
  });
}

async function sampleAndWrite(run: Pretraining, { trainer, log, sampler }: RunParts): Promise<void> {
  const weights = await trainer.exportWeights();
  const { tokenizer } = run.data;
  const typed = tokenizer.encode(run.prompt).slice(-Math.floor(run.config.nCtx / 2));
  // An empty prompt is the start of a document.
  const prompt = typed.length > 0 ? typed : [tokenizer.beginOfText ?? 0];
  const { tokens } = await sampler.write(weights, {
    ids: prompt,
    maxTokens: SAMPLE.tokens,
    sampling: SAMPLE.sampling,
    seed: sampleSeed(run.settings.seed, trainer.updates),
    endOfText: tokenizer.endOfText,
  });
  const text = tokenizer.decode(tokens);
  await log.append({ kind: 'sample', update: trainer.updates, prompt: run.prompt, text });
  run.onNote?.(`  ${run.prompt}${text.replaceAll(/\s+/g, ' ')} …`);
  await writeModelWeights(run.output, run.config, weights, run.dtype);
}

/** Each sample of a run has random numbers of its own. */
function sampleSeed(seed: number, updates: number): number {
  return keyedRandom('sample', seed, updates)() >>> 0;
}

async function compareBaseline(
  run: Pretraining,
  log: PretrainLog,
  heldOut: TokenizedCorpus,
  windows: readonly HeldOutWindow[],
  update: number,
): Promise<void> {
  const order = run.baselineOrder!;
  const model = await trainNgrams(run.data.training.tokens.slice(), {
    order,
    vocabSize: run.config.vocabSize,
    onProgress: (done) => run.onProgress?.({ phase: 'baseline', done }),
  });
  let nll = 0;
  let tokens = 0;
  // The very tokens that the model was measured on, with what stood before them.
  for (const { start, from, end } of windows) {
    const window = heldOut.tokens.slice(start, end);
    for (const logProb of model.logProbs(window, from - start, window.length)) nll -= logProb;
    tokens += end - from;
  }
  const name = `interpolated modified Kneser-Ney ${order}-gram`;
  await log.append({
    kind: 'baseline',
    update,
    model: name,
    ...perplexityOf(nll, tokens, heldOut.documents),
  });
}

function report(
  run: Pretraining,
  plan: PretrainPlan,
  updates: number,
  recent: readonly { loss: number; tokens: number; at: number }[],
): void {
  if (run.onProgress === undefined || recent.length < 2) return;
  const timed = recent.slice(1);
  const seconds = recent.at(-1)!.at - recent[0]!.at;
  const secondsPerUpdate = seconds / timed.length;
  run.onProgress({
    phase: 'training',
    update: updates,
    total: plan.totalUpdates,
    loss: timed.reduce((sum, { loss }) => sum + loss, 0) / timed.length,
    tokensPerSecond: timed.reduce((sum, { tokens }) => sum + tokens, 0) / seconds,
    secondsLeft: (plan.totalUpdates - updates) * secondsPerUpdate,
  });
}
