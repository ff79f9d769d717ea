import { checkModelName } from '../checkpoints/resolve.js';
import type { LoadedDataset } from '../datasets/dataset.js';
import { InterruptedError, UsageError, UserError } from '../errors.js';
import { computeBaselines } from '../evaluation/baselines.js';
import { type EvaluationOutcome, evaluate } from '../evaluation/evaluate.js';
import { pairedDifferences } from '../evaluation/paired.js';
import { withTexts } from '../evaluation/with-texts.js';
import type { ModelOpeners } from '../evaluation/work.js';
import { countOf, formatCount } from '../format.js';
import { listExperiments, publishedValue, readExperiment } from '../reports/experiment.js';
import { type PaperValue, renderResult } from '../reports/result-table.js';
import { renderSheetTerminal } from '../reports/sheet.js';
import { sideBySideSheet } from '../reports/side-by-side.js';
import { type ModelIdentity, noModel } from '../results/model-identity.js';
import type { Result } from '../results/result.js';
import { describeWritten, writeResult } from '../results/results-folder.js';
import { buildResult, completeRecords } from '../runs/build-result.js';
import type { RunIdentity } from '../runs/fingerprint.js';
import { openGenerator } from '../runtime/generator.js';
import { openScorer } from '../runtime/scorer.js';
import type { AnyTask, RecordBase } from '../tasks/task.js';
import type { EvalFlags } from './commands/eval.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import { renderEvalSummary } from './eval-summary.js';
import { identifyData, loadNamedData, nameDefaultModel, openNamedModel } from './inputs.js';
import type { Output } from './output.js';
import { describeEvaluation } from './progress.js';
import { checkSamples, writeSamples } from './samples.js';

/** The options of `gpt eval`. */
export interface EvalOptions extends Omit<EvalFlags, 'model' | 'predict'> {
  /** Registered names, hub ids, folders or files; the name `none`: baselines only; no names: the default model. */
  models: string[];
  /** The command line, for the result. */
  command: string;
}

/** A run with what it kept of each example. */
interface FinishedRun {
  result: Result;
  records: readonly RecordBase[];
}

/** A task with its data. */
interface Job {
  task: AnyTask;
  data: LoadedDataset<unknown>;
}

/**
 * Evaluates every task on every model, one after another, and prints each result as soon as it is there. Of several tasks, one
 * that cannot be run does not keep the others from it: what went wrong is said at once and once more at the end.
 */
export async function runEval(
  tasks: readonly AnyTask[],
  options: EvalOptions,
  context: CommandContext,
): Promise<void> {
  await checkSamples(options, tasks.length * Math.max(1, options.models.length));
  if (!options.random) for (const name of options.models) if (name !== 'none') await checkModelName(name);
  const failures: { task: AnyTask; error: UserError }[] = [];
  const attempt = async (task: AnyTask, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (tasks.length === 1 || !(error instanceof UserError) || error instanceof InterruptedError)
        throw error;
      failures.push({ task, error });
      context.line.note(`${task.name}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
    }
  };
  // Data first: it is small, and what is wrong with it should not be found out after a model was downloaded.
  const jobs: Job[] = [];
  for (const task of tasks) {
    await attempt(task, async () => {
      jobs.push({ task, data: await loadNamedData<unknown>(task.dataset, options.data, context) });
    });
  }
  const results: Result[] = [];
  const finished = new Map<AnyTask, FinishedRun[]>();
  const { models } = options;
  const named =
    models.length > 0 || jobs.length === 0 ? models : [await nameDefaultModel('gpt2', options, context)];
  for (const name of jobs.length === 0 ? [] : named) {
    const evaluateJob = name === 'none' ? evaluateBaselines : await modelEvaluation(name, options, context);
    for (const job of jobs) {
      await attempt(job.task, async () => {
        const outcome = await evaluateJob(job, options);
        if (options.shard.count > 1) reportShard(outcome, options, context);
        else {
          const run = await reportResult(job, outcome, options, context);
          results.push(run.result);
          finished.set(job.task, [...(finished.get(job.task) ?? []), run]);
        }
      });
    }
  }
  if (!options.json) {
    await printSideBySide(finished, context);
    if (tasks.length > 1 && results.length > 0) {
      const failed = failures.map(({ task }) => task.name);
      context.output.out(await renderEvalSummary(results, failed, await listExperiments(), context.output));
    }
  }
  // Several results are a list, one is itself: `gpt eval lambada --json | jq .metrics` should just work.
  if (options.json && results.length > 0) {
    context.output.out(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
  }
  if (failures.length > 0) {
    throw new UserError(
      `${failures.length} of ${tasks.length} tasks could not be run; why is written above.`,
    );
  }
}

/** Runs a job; what it measured, and where it is written down. */
type EvaluateJob = (
  job: Job,
  options: EvalOptions,
) => Promise<Pick<EvaluationOutcome, 'content' | 'journalFile'>>;

/** `--model none`: what a task measures without one. */
const evaluateBaselines: EvaluateJob = async ({ task, data }, options) => {
  if (task.kind !== 'generate' || task.baselines === undefined) {
    throw new UsageError(`${task.name} has no baselines: it needs a model.`, {
      hint: 'Leave out --model none.',
    });
  }
  const content = computeBaselines(task, data.rows, identify({ task, data }, noModel, options));
  return { content, journalFile: data.file };
};

/** Opens a model and gives what runs a job on it. */
async function modelEvaluation(
  name: string,
  options: EvalOptions,
  context: CommandContext,
): Promise<EvaluateJob> {
  const { random, seed, heads, dtype, tokenizer, device, threads } = options;
  const opening = { randomSeed: random ? seed : undefined, heads, dtype, device, gpt1Tokenizer: tokenizer };
  const model = await openNamedModel(name, opening, context);
  const { line } = context;
  const noted = <Opened extends { notes: readonly string[] }>(opened: Opened): Opened => {
    for (const note of opened.notes) line.note(note);
    return opened;
  };
  const { vocabSize } = model.tokenizer;
  const models: ModelOpeners = {
    scorer: async (asked) => noted(await openScorer(model.checkpoint, { device, threads, ...asked })),
    generator: async () => noted(await openGenerator(model.checkpoint, { device, threads, vocabSize })),
  };
  return async ({ task, data }) => {
    const identity = identify({ task, data }, model.identity, options);
    if (device !== 'cpu') {
      // Which device it will be is only known once the model is on it, and results must name the one that computed them.
      const probe = await models.scorer();
      identity.settings.device = probe.device;
      await probe.close();
    }
    try {
      const outcome = await evaluate({
        task,
        rows: data.rows,
        identity,
        tokenizer: model.tokenizer,
        models,
        resultsFolder: options.results,
        shard: options.shard,
        fresh: options.fresh,
        signal: context.signal,
        onResume: ({ done, total }, file) =>
          line.note(
            `Going on after ${formatCount(done)} of ${countOf(total, 'example')}, whose answers are in ${file}.`,
          ),
        onTokenize: ({ done, total }) =>
          line.update(`tokenizing ${task.name}  ${formatCount(done)}/${formatCount(total)}`),
        onProgress: (progress) =>
          line.update(describeEvaluation(`${task.name} × ${model.identity.name}`, progress)),
      });
      if (outcome.wasComplete)
        line.note(`All answers are in ${outcome.journalFile} already; --fresh computes them again.`);
      return outcome;
    } finally {
      line.clear();
    }
  };
}

/** All that decides what the numbers of a run will be. */
function identify({ task, data }: Job, model: ModelIdentity, options: EvalOptions): RunIdentity {
  const { name, title, version, variant, dataset } = task;
  const draws =
    task.kind === 'generate' && (task.sampling.method === 'sample' || task.baselines !== undefined);
  return {
    task: { name, title, version, ...(variant === undefined ? {} : { variant }) },
    model,
    data: identifyData(dataset, data),
    settings: {
      // A limit that limits nothing is none: the run is the whole one.
      limit: options.limit !== null && options.limit < data.rows.length ? options.limit : null,
      batchTokens: options.batchTokens,
      device: options.device,
      ...(draws ? { seed: options.seed } : {}),
    },
  };
}

function reportShard(
  { content, journalFile }: Pick<EvaluationOutcome, 'content' | 'journalFile'>,
  options: EvalOptions,
  { output }: CommandContext,
): void {
  const { index, count } = content.header.shard;
  const examples = content.records.length;
  if (options.json) {
    output.out(JSON.stringify({ journal: journalFile, shard: content.header.shard, examples }));
    return;
  }
  output.out(
    `Shard ${index + 1}/${count}: ${formatCount(examples)} of ${countOf(content.header.examples, 'example')} in ${journalFile}`,
  );
  output.err('When all shards are done: gpt merge <the journals of all shards>');
}

async function reportResult(
  { task, data }: Job,
  { content, journalFile }: Pick<EvaluationOutcome, 'content' | 'journalFile'>,
  options: EvalOptions,
  { output }: CommandContext,
): Promise<FinishedRun> {
  const records = completeRecords([content], journalFile);
  const { command, threads } = options;
  const circumstances = { command, environment: describeEnvironment(threads), finishedAt: new Date() };
  const result = buildResult(task, [content], records, circumstances);
  if (options.samples !== undefined) {
    const shown = options.texts
      ? records.map((record) => withTexts(task, data.rows[record.index], record))
      : records;
    await writeSamples(options.samples, shown);
  }
  await publishResult(result, task, options, output);
  return { result, records };
}

/** Of tasks that several models were run on: their numbers beside each other, tested on the same examples. */
async function printSideBySide(
  finished: ReadonlyMap<AnyTask, readonly FinishedRun[]>,
  { output, line }: CommandContext,
): Promise<void> {
  for (const [task, runs] of finished) {
    const [first, ...others] = runs;
    if (first === undefined || others.length === 0) continue;
    line.update(`comparing ${runs.length} models on ${task.name}`);
    const compared = [
      { result: first.result },
      ...others.map(({ result, records }) => ({
        result,
        differences: pairedDifferences(task, first.records, records),
      })),
    ];
    line.clear();
    output.out(await renderSheetTerminal(sideBySideSheet(compared), output));
  }
}

/** Writes a result into the folder of results and, unless JSON is wanted, prints it beside the paper's numbers. */
export async function publishResult(
  result: Result,
  task: AnyTask,
  options: Pick<EvalOptions, 'results' | 'json'>,
  output: Output,
): Promise<void> {
  const written = await writeResult(options.results, result);
  if (options.json) return;
  output.out(await renderResult(result, await paperValues(result, task), output));
  output.err(describeWritten(written));
}

async function paperValues(result: Result, task: AnyTask): Promise<PaperValue[]> {
  if (task.paper === undefined) return [];
  const experiment = await readExperiment(task.paper.table);
  return result.metrics.flatMap((metric) => {
    const published = publishedValue(experiment, result, metric.id);
    return published === undefined ? [] : [{ ...published, metric: metric.id }];
  });
}
