/** How `gpt bench` prints what it measured. */
import type { Benchmark } from '../bench/benchmark.js';
import type { DecodingBenchmark } from '../bench/decoding.js';
import { describeCase } from '../bench/scoring.js';
import type { SharedContextResult } from '../bench/shared-context.js';
import type { Timing } from '../bench/timing.js';
import type { TrainingBenchmark } from '../bench/training.js';
import { formatBytes, formatCount } from '../format.js';

/** The benchmark as a table of text. */
export function renderBenchmark(measured: Benchmark & { model: string }, machine: string): string {
  const { peak, cases, device, peakRssBytes, sharedContext, model } = measured;
  const rows = [
    ['batch', 'median', 'min', 'max', 'tokens/s', 'GFLOP/s', 'of peak'],
    ...cases.map((entry) => [
      describeCase(entry),
      ...timingCells(entry.timing),
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
    ...(sharedContext ? [...renderSharedContext(sharedContext), ''] : []),
  ].join('\n');
}

/** The benchmark of writing as a table of text. */
export function renderDecodingBenchmark(
  measured: DecodingBenchmark & { model: string },
  machine: string,
): string {
  const { device, promptTokens, weightBytes, memory, cases, peakRssBytes, model } = measured;
  const rows = [
    ['texts at once', 'median', 'min', 'max', 'tokens/s', 'of memory speed'],
    ...cases.map((entry) => [
      formatCount(entry.rows),
      ...timingCells(entry.step),
      entry.tokensPerSecond.toFixed(1),
      `${(100 * entry.fractionOfBandwidth).toFixed(1)} %`,
    ]),
  ];
  return [
    `writing with ${model} on ${device} (${machine}), behind ${promptTokens} tokens`,
    `memory  ${memory.gigabytesPerSecond.toFixed(1)} GB/s: a vector times a matrix of 268 MB, median of ${memory.timing.runs} runs`,
    '',
    ...alignColumns(rows),
    '',
    `a token needs ${formatBytes(weightBytes)} of weights, which texts that are written together share; largest memory of the process ${formatBytes(peakRssBytes)}`,
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

function renderSharedContext(measured: SharedContextResult): string[] {
  const { contextTokens, options, optionTokens, packed, full, speedup, largestDifference } = measured;
  return [
    ...alignColumns([
      [`${options} options × ${optionTokens} tokens after ${contextTokens}`, 'median', 'min', 'max'],
      ['one pass for all', ...timingCells(packed)],
      [`${options} full passes`, ...timingCells(full)],
    ]),
    '',
    `${speedup.toFixed(1)} times as fast; log-probabilities differ by at most ${largestDifference.toExponential(1)}`,
  ];
}

/** Median, smallest and largest. */
function timingCells({ medianMs, minMs, maxMs }: Timing): string[] {
  return [medianMs, minMs, maxMs].map((ms) => `${ms.toFixed(1)} ms`);
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
