import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import type { LoadedDataset } from '../datasets/dataset.js';
import { UsageError, UserError } from '../errors.js';
import { finetune } from '../finetuning/finetune.js';
import { type FinetuneIdentity, finetuneFingerprint } from '../finetuning/identity.js';
import { bestEpoch } from '../finetuning/journal.js';
import { checkOutputFolder, writeFinetunedModel } from '../finetuning/output.js';
import type { FinetuneProgress } from '../finetuning/progress.js';
import { buildFinetuneResult } from '../finetuning/result.js';
import type { FinetuneSettings } from '../finetuning/settings.js';
import { formatCount, formatDuration } from '../format.js';
import { mean } from '../metrics/mean.js';
import { publishedValue, readExperiment } from '../reports/experiment.js';
import { formatMetric, formatNumber } from '../reports/format.js';
import type { Result } from '../reports/result.js';
import { renderResult } from '../reports/result-table.js';
import { writeResult } from '../reports/results-folder.js';
import type { OpenedModel } from '../runtime/open-model.js';
import type { AnyFinetuneTask } from '../tasks/finetune-task.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import { identifyData, loadNamedData, openNamedModel } from './inputs.js';
import { writeSamples } from './samples.js';

/** Flags of `gpt finetune`. */
export interface FinetuneOptions {
  /** Registered name, hub id, folder or file. */
  model: string;
  /** A folder with both files, or `sample`. */
  data?: string;
  /** Files that are taken instead of those of `data`. */
  trainData?: string;
  devData?: string;
  settings: FinetuneSettings;
  /** Runs with consecutive seeds. */
  runs: number;
  /** Folder for the fine-tuned model. */
  output?: string;
  /** 0: one per core. */
  threads: number;
  /** Minutes between two saved states. */
  saveEvery: number;
  /** Seeded random weights of that size instead of the published ones. */
  random: boolean;
  tokenizer: Gpt1Mode;
  fresh: boolean;
  /** File for the records of the best epoch, one JSON line per example. */
  samples?: string;
  /** Folder of results. */
  results: string;
  json: boolean;
  /** The command line, for the result. */
  command: string;
}

/** Random weights are the same in every run, so that `--seed` changes what fine-tuning draws and nothing else. */
const RANDOM_MODEL_SEED = 1;

/** Fine-tunes a model on a task, once for each seed, and prints each result as soon as it is there. */
export async function runFinetune(
  task: AnyFinetuneTask,
  options: FinetuneOptions,
  context: CommandContext,
): Promise<void> {
  if (options.runs > 1 && options.output !== undefined) {
    throw new UsageError('--output takes the model of one run, and --runs makes several.');
  }
  // Before the model, which may have to be fetched: a wrong path should not cost half a gigabyte.
  const train = await loadNamedData(task.train, options.trainData ?? options.data, context);
  const dev = await loadNamedData(task.dev, options.devData ?? options.data, context);
  if (train.sha256 === dev.sha256) {
    throw new UserError(`The model would be measured on what it is trained on: ${train.file} is both.`, {
      hint: 'Give --data a folder with both files, or name them with --train-data and --dev-data.',
    });
  }
  const model = await openFinetunable(options, context);
  const results: Result[] = [];
  for (let run = 0; run < options.runs; run++) {
    const settings = { ...options.settings, seed: options.settings.seed + run };
    const identity: FinetuneIdentity = {
      task: { name: task.name, title: task.title, version: task.version },
      model: model.identity,
      train: identifyData(task.train, train),
      dev: identifyData(task.dev, dev),
      settings,
    };
    results.push(await runOnce(task, identity, { model, train, dev }, options, context));
  }
  if (options.json) context.output.out(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
  else if (results.length > 1) context.output.out(describeSpread(results));
}

/** A model whose weights can be trained. */
type FinetunableModel = OpenedModel & { checkpoint: WeightsCheckpoint };

async function openFinetunable(
  { model: name, random, tokenizer }: FinetuneOptions,
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

interface RunInputs {
  model: FinetunableModel;
  train: LoadedDataset<unknown>;
  dev: LoadedDataset<unknown>;
}

async function runOnce(
  task: AnyFinetuneTask,
  identity: FinetuneIdentity,
  { model, train, dev }: RunInputs,
  options: FinetuneOptions,
  context: CommandContext,
): Promise<Result> {
  const { line, signal, output } = context;
  const { checkpoint, tokenizer } = model;
  const fingerprint = finetuneFingerprint(identity);
  if (options.output) await checkOutputFolder(options.output, fingerprint);
  const seed = options.runs > 1 ? `, seed ${identity.settings.seed}` : '';
  const outcome = await finetune({
    task,
    trainRows: train.rows,
    devRows: dev.rows,
    identity,
    checkpoint,
    tokenizer,
    resultsFolder: options.results,
    fresh: options.fresh,
    threads: options.threads,
    saveSeconds: 60 * options.saveEvery,
    signal,
    onProgress: (progress) =>
      line.update(describeFinetuning(`${task.name} × ${model.identity.name}${seed}`, progress)),
    onNote: (note) => line.note(note),
  });
  line.clear();
  if (outcome.wasComplete) {
    line.note(`This run is in ${outcome.files.journal} already; --fresh computes it again.`);
  }
  const { command, threads } = options;
  const circumstances = { command, environment: describeEnvironment(threads), finishedAt: new Date() };
  const result = buildFinetuneResult(task, outcome, circumstances);
  if (options.samples !== undefined)
    await writeSamples(options.samples, bestEpoch(outcome.journal.epochs)!.records);
  const file = await writeResult(options.results, result);
  if (!options.json) {
    output.out(await renderResult(result, await paperValues(result, task), output));
    output.out(`${describeEpochs(result)}\n`);
  }
  output.err(`Written to ${file}`);
  if (options.output) {
    const { best } = outcome.files;
    await writeFinetunedModel(options.output, task, identity, fingerprint, best, model.tokenizerFiles);
    output.err(`The model of epoch ${result.finetuning!.bestEpoch} is in ${options.output}`);
  } else {
    output.err(
      `The weights of the best epoch are kept in ${outcome.files.best}; --output makes a model of them.`,
    );
  }
  return result;
}

/** `rte × gpt1  epoch 1/3 · update 12/231 · loss 1.23 · 310 tokens/s · 3 min 20 s left · best 56.00` */
function describeFinetuning(title: string, progress: FinetuneProgress): string {
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

/** What it was trained on, and a line for each epoch. */
function describeEpochs({ finetuning, metrics }: Result): string {
  const { epochs, bestEpoch: best, counts, settings, train } = finetuning!;
  const trained = `trained on ${formatCount(counts.examples)} examples of ${train.name} from ${train.file}: ${formatCount(counts.updates)} updates of ${settings.batch}`;
  return [
    trained,
    ...epochs.map(({ trainLoss, devLoss, score }, place) => {
      const shown = formatMetric({ ...metrics[0]!, value: score });
      const mark = place + 1 === best ? ', best' : '';
      return `  epoch ${place + 1}: training loss ${trainLoss.toFixed(4)}, dev loss ${devLoss.toFixed(4)}, ${metrics[0]!.label} ${shown}${mark}`;
    }),
  ].join('\n');
}

/** Mean and spread of the first metric over several runs. */
function describeSpread(results: readonly Result[]): string {
  const values = results.map(({ metrics }) => metrics[0]!.value);
  const { value, standardError, n } = mean(values);
  const deviation = standardError * Math.sqrt(n);
  const { label } = results[0]!.metrics[0]!;
  const range = `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
  return `${n} runs: ${label} ${formatNumber(value)}, standard deviation ${formatNumber(deviation)}, ${range}.`;
}

async function paperValues(result: Result, task: AnyFinetuneTask) {
  const experiment = await readExperiment(task.paper.table);
  return result.metrics.flatMap((metric) => {
    const published = publishedValue(experiment, result, metric.id);
    return published === undefined ? [] : [{ ...published, metric: metric.id }];
  });
}
