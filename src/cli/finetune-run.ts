/** One run of `gpt finetune`: trained, measured, written down and printed. */
import { rm } from 'node:fs/promises';
import { InterruptedError } from '../errors.js';
import { finetune, type prepareExamples, type RunExamples } from '../finetuning/finetune.js';
import { measureFurtherSplits } from '../finetuning/further-splits.js';
import { type FinetuneIdentity, finetuneFingerprint } from '../finetuning/identity.js';
import { bestEpoch } from '../finetuning/journal.js';
import { checkOutputFolder, writeFinetunedModel } from '../finetuning/output.js';
import type { PlannedRun } from '../finetuning/plan.js';
import type { FinetuneProgress } from '../finetuning/progress.js';
import { buildFinetuneResult } from '../finetuning/result.js';
import { changedSettings } from '../finetuning/settings.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import { formatNumber } from '../results/format.js';
import type { Result } from '../results/result.js';
import { describeWritten, writeResult } from '../results/results-folder.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import type { FinetunableModel, TaskData } from './finetune-inputs.js';
import type { FinetuneOptions } from './finetune-options.js';
import { describeRun, printResult } from './finetune-summary.js';
import { explainStop, type SweepPlace } from './finetune-sweep.js';
import { identifyData } from './inputs.js';
import { withSegments, writeSamples } from './samples.js';

const stopHint = { hint: 'Nothing is lost: run the same command again.' };

/** What a run works on. */
export interface RunInputs extends TaskData {
  model: FinetunableModel;
  /** Turns rows into examples; keeps those of the last run. */
  prepare: typeof prepareExamples;
}

/** All that decides what the numbers of a run will be. */
export function identifyRun(
  { task, settings }: Pick<PlannedRun, 'task' | 'settings'>,
  { model, train, dev }: RunInputs,
): FinetuneIdentity {
  return {
    task: { name: task.name, title: task.title, version: task.version },
    model: model.identity,
    train: identifyData(task.train, train),
    dev: identifyData(task.dev, dev),
    settings,
  };
}

/** The examples of a run. Throws UserError where they do not fill a batch. */
export function examplesOf(
  { task }: Pick<PlannedRun, 'task'>,
  identity: FinetuneIdentity,
  inputs: RunInputs,
): RunExamples {
  const { prepare, train, dev, model } = inputs;
  return prepare({ task, identity, trainRows: train.rows, devRows: dev.rows, tokenizer: model.tokenizer });
}

/**
 * Makes a run, or what is left of it, and writes down its result. A run among others (`place`) is only named; what sums them up is
 * printed. Throws InterruptedError, saying which run it was.
 */
export async function runOnce(
  run: PlannedRun,
  inputs: RunInputs,
  place: SweepPlace | undefined,
  options: FinetuneOptions,
  context: CommandContext,
): Promise<Result> {
  const changes = place === undefined ? [] : changedSettings(run.settings);
  const title = [`${run.task.name} × ${inputs.model.identity.name}`, ...changes].join(', ');
  try {
    // Between two runs nothing else would hear it before the next model is loaded.
    if (context.signal.aborted) throw new InterruptedError('Stopped before it began.', stopHint);
    return await makeRun(run, inputs, { title, isSweep: place !== undefined }, options, context);
  } catch (error) {
    throw place !== undefined && error instanceof InterruptedError ? explainStop(error, title, place) : error;
  }
}

async function makeRun(
  run: PlannedRun,
  inputs: RunInputs,
  { title, isSweep }: { title: string; isSweep: boolean },
  options: FinetuneOptions,
  context: CommandContext,
): Promise<Result> {
  const { task } = run;
  const { model, train } = inputs;
  const { line, signal, output } = context;
  const identity = identifyRun(run, inputs);
  const fingerprint = finetuneFingerprint(identity);
  if (options.output) await checkOutputFolder(options.output, fingerprint);
  const outcome = await finetune({
    task,
    examples: examplesOf(run, identity, inputs),
    identity,
    checkpoint: model.checkpoint,
    resultsFolder: options.results,
    fresh: options.fresh,
    threads: options.threads,
    saveSeconds: 60 * options.saveEvery,
    signal,
    onProgress: (progress) => line.update(describeProgress(title, progress)),
    onNote: (note) => line.note(isSweep ? `${title}: ${note}` : note),
  });
  line.clear();
  if (outcome.wasComplete) {
    line.note(
      `${isSweep ? title : 'This run'} is in ${outcome.files.journal} already; --fresh computes it again.`,
    );
  }
  const { command, threads } = options;
  const circumstances = { command, environment: describeEnvironment(threads), finishedAt: new Date() };
  const built = buildFinetuneResult(task, outcome, circumstances);
  const further = await measureFurtherSplits({
    task,
    identity,
    fingerprint,
    files: outcome.files,
    splits: inputs.further,
    tokenizer: model.tokenizer,
    fresh: options.fresh,
    threads: options.threads,
    onBatch: (split, done) => {
      line.update(`${title}  measuring ${split}, ${countOf(done.length, 'example')} more`);
      return !signal.aborted;
    },
  });
  if (further === undefined) {
    throw new InterruptedError('Stopped while the further splits were measured.', {
      hint: 'The training is done: run the same command again to measure them.',
    });
  }
  line.clear();
  const result = { ...built, metrics: [...built.metrics, ...further] };
  if (options.samples !== undefined) {
    const { records } = bestEpoch(outcome.journal.epochs)!;
    const shown = options.texts
      ? records.map((record) => withSegments(task, inputs.dev.rows[record.index], record))
      : records;
    await writeSamples(options.samples, shown);
  }
  const written = await writeResult(options.results, result);
  if (!options.json) {
    if (isSweep) output.out(describeRun(result));
    else await printResult(result, task, output);
  }
  output.err(describeWritten(written));
  const { best } = outcome.files;
  if (options.output) {
    await writeFinetunedModel(options.output, {
      ...{ task, identity, fingerprint, weightsFile: best, tokenizer: model.tokenizerFiles },
      segments: task.segments(train.rows[0]),
    });
    output.err(`The model of epoch ${result.finetuning!.bestEpoch} is in ${options.output}`);
  } else if (!isSweep) {
    output.err(`The weights of the best epoch are kept in ${best}; --output makes a model of them.`);
  } else if (!outcome.wasComplete) {
    // Half a gigabyte for each of a hundred runs would fill the disk, and only one of them can become a model.
    await rm(best, { force: true });
  }
  return result;
}

/** `rte × gpt1  epoch 1/3 · update 12/231 · loss 1.23 · 310 tokens/s · 3 min 20 s left · best 56.00` */
function describeProgress(title: string, progress: FinetuneProgress): string {
  const { epoch, epochs, update, updates, loss, score, measuring, work, seconds } = progress;
  const parts = [
    `${title}  epoch ${epoch}/${epochs}`,
    measuring ? 'measuring' : `update ${formatCount(update)}/${formatCount(updates)}`,
  ];
  if (loss !== undefined) parts.push(`loss ${loss.toFixed(3)}`);
  if (work.now > 0) {
    const speed = work.now / seconds;
    parts.push(`${formatCount(speed / 3)} tokens/s`);
    parts.push(`${formatDuration((work.total - work.done) / speed)} left`);
  } else if (work.done < work.total) {
    parts.push('loading the model');
  }
  if (score !== undefined) parts.push(`best ${formatNumber(score)}`);
  return parts.join(' · ');
}
