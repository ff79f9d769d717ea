import { expect, test } from 'vitest';
import type { Benchmark } from '../bench/benchmark.js';
import { UsageError } from '../errors.js';
import { runBench } from './bench.js';
import { renderBenchmark } from './bench-table.js';
import type { BenchOptions } from './commands/bench.js';

const options: BenchOptions = {
  model: 'gpt2',
  random: true,
  dtype: 'fp32',
  device: 'cpu',
  threads: 0,
  repeat: 5,
  train: false,
  generate: false,
  json: false,
};
const context = {
  output: { out() {}, write() {}, err() {}, color: false },
  line: { update() {}, note() {}, clear() {} },
  signal: new AbortController().signal,
  env: {},
};

test('random weights are made for registered sizes only', async () => {
  const failed = runBench({ ...options, model: 'gpt7' }, context);
  await expect(failed).rejects.toBeInstanceOf(UsageError);
  await expect(failed).rejects.toMatchObject({ hint: expect.stringContaining('gpt2-medium') });
});

test.each([0, 1.5, Number.NaN])('a case cannot be repeated %s times', async (repeat) => {
  await expect(runBench({ ...options, repeat }, context)).rejects.toThrow(
    /--repeat must be a positive whole number/,
  );
});

test('the tables give times, speed and fraction of the peak, and what sharing a context saves', () => {
  const measured: Benchmark & { model: string } = {
    model: 'gpt2',
    device: 'cpu',
    notes: [],
    peak: {
      shape: { rows: 1024, width: 768, pairs: 4 },
      gigaflopPerSecond: 449.6,
      timing: { medianMs: 76, minMs: 75.04, maxMs: 80, runs: 30 },
    },
    cases: [
      {
        rows: 8,
        columns: 128,
        head: 'all',
        timing: { medianMs: 640.04, minMs: 630, maxMs: 1234.5, runs: 5 },
        tokensPerSecond: 1599.9,
        gigaflopPerSecond: 400,
        fractionOfPeak: 0.8897,
      },
    ],
    peakRssBytes: 1.6e9,
    sharedContext: {
      contextTokens: 450,
      options: 10,
      optionTokens: 10,
      packed: { medianMs: 300, minMs: 290.02, maxMs: 310, runs: 5 },
      full: { medianMs: 2512, minMs: 2400, maxMs: 2600, runs: 5 },
      speedup: 8.373,
      largestDifference: 5.72e-6,
    },
  };
  expect(renderBenchmark(measured, 'some processor, 2 threads').split('\n')).toEqual([
    'gpt2 on cpu (some processor, 2 threads)',
    'peak  450 GFLOP/s: products [1024, 768] × [768, 3072], median of 30 runs, 75.0 to 80.0 ms',
    '',
    'batch                median       min        max  tokens/s  GFLOP/s  of peak',
    '8 × 128 with head  640.0 ms  630.0 ms  1234.5 ms     1,600      400   89.0 %',
    '',
    'largest memory of the process 1.6 GB; only needed work is counted (causal half of attention)',
    '',
    '10 options × 10 tokens after 450     median        min        max',
    'one pass for all                   300.0 ms   290.0 ms   310.0 ms',
    '10 full passes                    2512.0 ms  2400.0 ms  2600.0 ms',
    '',
    '8.4 times as fast; log-probabilities differ by at most 5.7e-6',
    '',
  ]);
});
