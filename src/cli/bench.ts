import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, benchmark, describeCase } from '../bench/benchmark.js';
import { benchmarkTraining, type TrainingBenchmark } from '../bench/training.js';
import type { Checkpoint, WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { resolveCheckpoint } from '../checkpoints/resolve.js';
import { UsageError, UserError } from '../errors.js';
import { checkFreeSpace, explainWriteError } from '../files/space.js';
import { formatBytes, formatCount } from '../format.js';
import { countParameters, findRegisteredModel, registeredModels } from '../models/config.js';
import type { Device } from '../runtime/devices.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import { downloadReporter } from './progress.js';

/** Flags of `gpt bench`. */
export interface BenchOptions {
  /** Registered name, hub id, folder or file; with `random` a registered name. */
  model: string;
  /** Random weights of that size: nothing is downloaded, and the time is the same. */
  random: boolean;
  device: Device | 'auto';
  /** 0: one per physical core. */
  threads: number;
  /** Measured runs of each case. */
  repeat: number;
  /** Measure training instead of scoring. */
  train: boolean;
  json: boolean;
}

/** `gpt bench`: the peak of this machine and how near to it a model comes, all measured in one run. */
export async function runBench(options: BenchOptions, context: CommandContext): Promise<void> {
  const { line, output, signal } = context;
  if (!Number.isInteger(options.repeat) || options.repeat < 1) {
    throw new UsageError(`--repeat must be a positive whole number, not ${options.repeat}.`);
  }
  const measured = await withCheckpoint(options, context, async (checkpoint, name) => {
    for (const warning of checkpoint.warnings ?? []) line.note(warning);
    const measuring = { ...options, signal, onProgress: line.update };
    if (options.train) {
      return {
        kind: 'training' as const,
        model: name,
        ...(await benchmarkTraining(withWeights(checkpoint, name), measuring)),
      };
    }
    const parameters = countParameters(checkpoint.config);
    return { kind: 'scoring' as const, model: name, parameters, ...(await benchmark(checkpoint, measuring)) };
  });
  line.clear();
  if (measured.kind === 'scoring') for (const note of measured.notes) line.note(note);
  const environment = describeEnvironment(options.threads);
  if (options.json) output.out(`${JSON.stringify({ ...measured, environment }, null, 2)}\n`);
  else {
    const machine = `${environment.cpu}, ${environment.threads} threads`;
    output.out(
      measured.kind === 'scoring'
        ? renderBenchmark(measured, machine)
        : renderTrainingBenchmark(measured, machine),
    );
  }
}

/** Opens the model, and throws random weights away again once they were used. */
async function withCheckpoint<T>(
  { model, random }: BenchOptions,
  { line, signal, env }: CommandContext,
  use: (checkpoint: Checkpoint, name: string) => Promise<T>,
): Promise<T> {
  if (!random) {
    const { location, name } = await resolveCheckpoint(model, {
      signal,
      env,
      onProgress: downloadReporter(line),
    });
    return use(await openCheckpoint(location), name);
  }
  const registered = findRegisteredModel(model);
  if (registered === undefined) {
    throw new UsageError(`Random weights need a registered size, not "${model}".`, {
      hint: `Known are ${registeredModels.map(({ name }) => name).join(', ')}.`,
    });
  }
  const where = { path: tmpdir(), variable: 'TMPDIR' };
  await checkFreeSpace(where, 4 * registered.parameters);
  const folder = await mkdtemp(path.join(tmpdir(), 'gpt-bench-'));
  try {
    line.update(`making random weights of ${registered.name}`);
    await writeRandomCheckpoint(folder, registered.config, 0).catch((error: unknown) => {
      throw explainWriteError(error, where);
    });
    signal.throwIfAborted();
    return await use(await openCheckpoint(folder), `${registered.name} (random weights)`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The benchmark as a table of text. */
export function renderBenchmark(measured: Benchmark & { model: string }, machine: string): string {
  const { peak, cases, device, peakRssBytes, model } = measured;
  const rows = [
    ['batch', 'median', 'min', 'max', 'tokens/s', 'GFLOP/s', 'of peak'],
    ...cases.map((entry) => [
      describeCase(entry),
      ...[entry.timing.medianMs, entry.timing.minMs, entry.timing.maxMs].map((ms) => `${ms.toFixed(1)} ms`),
      formatCount(entry.tokensPerSecond),
      entry.gigaflopPerSecond.toFixed(0),
      `${(100 * entry.fractionOfPeak).toFixed(1)} %`,
    ]),
  ];
  return [
    `${model} on ${device} (${machine})`,
    describePeak(peak),
    '',
    ...alignColumns(rows),
    '',
    `largest memory of the process ${formatBytes(peakRssBytes)}; only needed work is counted (causal half of attention)`,
    '',
  ].join('\n');
}

/** The benchmark of training as a table of text. */
export function renderTrainingBenchmark(
  measured: TrainingBenchmark & { model: string },
  machine: string,
): string {
  const { peak, cases, rows, columns, parameters, peakRssBytes, model } = measured;
  const table = [
    ['update', 'forward + backward', 'of peak', 'Adam', 'of peak with Adam', 'tokens/s'],
    ...cases.map((entry) => [
      entry.dropout ? 'with dropout' : 'without dropout',
      `${entry.passes.medianMs.toFixed(0)} ms (${entry.passes.minMs.toFixed(0)} to ${entry.passes.maxMs.toFixed(0)})`,
      `${(100 * entry.fractionOfPeak).toFixed(1)} %`,
      `${entry.optimizer.medianMs.toFixed(0)} ms`,
      `${(100 * entry.fractionWithOptimizer).toFixed(1)} %`,
      formatCount(entry.tokensPerSecond),
    ]),
  ];
  return [
    `training ${model}, ${formatCount(parameters)} parameters, ${rows} × ${columns} tokens (${machine})`,
    describePeak(peak),
    '',
    ...alignColumns(table),
    '',
    `largest memory of the process ${formatBytes(peakRssBytes)}; work is 6 · parameters · tokens`,
    '',
  ].join('\n');
}

function describePeak({ shape, gigaflopPerSecond, timing }: Benchmark['peak']): string {
  return `peak  ${gigaflopPerSecond.toFixed(0)} GFLOP/s: products [${shape.rows}, ${shape.width}] × [${shape.width}, ${4 * shape.width}], median of ${timing.runs} runs, ${timing.minMs.toFixed(1)} to ${timing.maxMs.toFixed(1)} ms`;
}

/** Lines of a table: the first column to the left, numbers to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

function withWeights(checkpoint: Checkpoint, name: string): WeightsCheckpoint {
  if (checkpoint.kind === 'weights') return checkpoint;
  throw new UserError(`${name} is an ONNX model, which cannot be trained.`, {
    hint: 'Name a checkpoint with weights, or a registered size with --random.',
  });
}
