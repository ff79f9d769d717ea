import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Benchmark, benchmark } from '../bench/benchmark.js';
import { benchmarkDecoding, type DecodingBenchmark } from '../bench/decoding.js';
import { benchmarkTraining, type TrainingBenchmark } from '../bench/training.js';
import type { Checkpoint, WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { resolveCheckpoint } from '../checkpoints/resolve.js';
import { verifiedFolder, verifyWeights } from '../checkpoints/verify.js';
import { UsageError, UserError } from '../errors.js';
import { checkFreeSpace, explainWriteError } from '../files/space.js';
import { findRegisteredModel, registeredModels } from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import type { Dtype } from '../results/dtype.js';
import { checkDtype, inDtype } from '../runtime/in-dtype.js';
import { renderBenchmark, renderDecodingBenchmark, renderTrainingBenchmark } from './bench-table.js';
import type { BenchOptions } from './commands/bench.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import { downloadReporter } from './progress.js';

/** `gpt bench`: the peak of this machine and how near to it a model comes, all measured in one run. */
export async function runBench(options: BenchOptions, context: CommandContext): Promise<void> {
  const { line, output, signal } = context;
  if (!Number.isInteger(options.repeat) || options.repeat < 1) {
    throw new UsageError(`--repeat must be a positive whole number, not ${options.repeat}.`);
  }
  const { dtype } = options;
  if (dtype !== 'fp32' && options.train) throw new UsageError(`--train computes in fp32, not in ${dtype}.`);
  checkDtype(dtype, options.device);
  if (options.train && options.generate) throw new UsageError('--train or --generate, not both.');
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
    if (options.generate) {
      return {
        kind: 'generation' as const,
        model: name,
        parameters,
        ...(await benchmarkDecoding(checkpoint, measuring)),
      };
    }
    return { kind: 'scoring' as const, model: name, parameters, ...(await benchmark(checkpoint, measuring)) };
  });
  line.clear();
  if (measured.kind !== 'training') for (const note of measured.notes) line.note(note);
  const environment = describeEnvironment(options.threads);
  if (options.json) output.out(`${JSON.stringify({ ...measured, environment }, null, 2)}\n`);
  else {
    const machine = `${environment.cpu}, ${environment.threads} threads`;
    output.out(renderMeasured(measured, machine));
  }
}

type Measured =
  | ({ kind: 'scoring'; model: string } & Benchmark)
  | ({ kind: 'generation'; model: string } & DecodingBenchmark)
  | ({ kind: 'training'; model: string } & TrainingBenchmark);

function renderMeasured(measured: Measured, machine: string): string {
  switch (measured.kind) {
    case 'scoring':
      return renderBenchmark(measured, machine);
    case 'generation':
      return renderDecodingBenchmark(measured, machine);
    case 'training':
      return renderTrainingBenchmark(measured, machine);
  }
}

/** Opens the model, and throws random weights away again once they were used. */
async function withCheckpoint<T>(
  { model, random, heads, dtype }: BenchOptions,
  { line, signal, env }: CommandContext,
  use: (checkpoint: Checkpoint, name: string) => Promise<T>,
): Promise<T> {
  if (!random) {
    const { location, name } = await resolveCheckpoint(model, {
      signal,
      env,
      onProgress: downloadReporter(line),
    });
    const stored = await openCheckpoint(location, { nHead: heads });
    return use(await rounded(stored, dtype, env), dtype === 'fp32' ? name : `${name} ${dtype}`);
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
    const stored = await openCheckpoint(folder);
    const kind = dtype === 'fp32' ? 'random weights' : `random weights, ${dtype}`;
    // Nothing of it stays in the cache.
    const checkpoint = await rounded(stored, dtype, { GPT_CACHE: folder });
    return await use(checkpoint, `${registered.name} (${kind})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the numbers that are asked for. */
async function rounded(checkpoint: Checkpoint, dtype: Dtype, env: NodeJS.ProcessEnv): Promise<Checkpoint> {
  if (dtype === 'fp32') return checkpoint;
  const { sha256 } = await verifyWeights(checkpoint, { cacheFolder: verifiedFolder(env) });
  return inDtype(checkpoint, dtype, { sha256, env });
}

function withWeights(checkpoint: Checkpoint, name: string): WeightsCheckpoint {
  if (checkpoint.kind === 'weights') return checkpoint;
  throw new UserError(`${name} is an ONNX model, which cannot be trained.`, {
    hint: 'Name a checkpoint with weights, or a registered size with --random.',
  });
}
