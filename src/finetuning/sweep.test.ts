import { expect, test } from 'vitest';
import { readExperiment } from '../reports/experiment.js';
import { layOutRows } from '../reports/layout.js';
import { buildTable } from '../reports/table.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import type { Metric, Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import { exampleResult } from '../testing/example-result.js';
import { changedSettings, paperSettings } from './settings.js';
import { describeSpread, summarizeSeeds, summarizeTransfer } from './sweep.js';

/** A run of GPT-1 on the whole of RTE with that accuracy. */
function run(changes: Partial<FinetuneSettings>, accuracy: number): Result {
  const settings = { ...paperSettings, ...changes };
  const metrics: Metric[] = [
    {
      ...{ id: 'accuracy', label: 'accuracy', value: accuracy, standardError: 3, n: 277 },
      ...{ unit: 'percent', higherIsBetter: true },
    },
  ];
  const example = exampleResult({ task: { name: 'rte' }, model: { name: 'gpt1' }, metrics });
  const config = { ...example.model.config, nLayer: 12 };
  return {
    ...example,
    model: { ...example.model, config },
    fingerprint: `${settings.seed}, ${settings.transferLayers}`,
    finetuning: {
      train: example.data,
      settings,
      changed: changedSettings(settings),
      counts: { examples: 2490, truncatedExamples: 0, updates: 231 },
      epochs: [{ trainLoss: 2, devLoss: 1, score: accuracy }],
      bestEpoch: 1,
    },
  };
}

const seeds = [run({}, 56), run({ seed: 43 }, 50), run({ seed: 44 }, 59)];

test('several seeds become their mean, with standard deviation, range, best seed and the list of the runs', () => {
  const summary = summarizeSeeds(seeds);
  expect(summary.metrics[0]).toMatchObject({ value: 55, standardError: 3, n: 277 });
  // Squares of 1, −5 and 4 over n − 1 = 2.
  expect(summary.sweep?.spread).toEqual([{ deviation: Math.sqrt(42 / 2), min: 50, max: 59, best: 44 }]);
  expect(summary.sweep?.runs.map(({ value, file }) => [value, file])).toEqual([
    [42, 'rte--gpt1.json'],
    [43, 'rte--gpt1--seed-43.json'],
    [44, 'rte--gpt1--seed-44.json'],
  ]);
  expect(resultFileName(summary)).toBe('rte--gpt1--seeds-42-43-44.json');
  expect(summary.finetuning).toMatchObject({ changed: [], settings: { seed: 44 } });
  expect(describeSpread(summary)).toContain(
    '55.00 %, standard deviation 4.58, 50.00 % to 59.00 %, best seed 44',
  );
  expect(() => summarizeSeeds(seeds.slice(1, 2))).toThrow(/two/);
});

test('a table takes the mean of most seeds, and shows how far they vary', async () => {
  const experiment = await readExperiment('gpt1-table2');
  const table = buildTable(experiment, [summarizeSeeds(seeds), summarizeSeeds(seeds.slice(0, 2)), ...seeds]);
  const cells = table.rows.flatMap((row) => row.cells).filter(({ ours }) => ours !== undefined);
  expect(cells).toEqual([
    {
      published: '56.0',
      ours: 55,
      difference: -1,
      standardError: 3,
      n: 277,
      spread: { deviation: Math.sqrt(21), seeds: 3 },
    },
  ]);
  const lines = layOutRows(table).flatMap((row) => row.lines);
  expect(lines.find(({ label }) => label === 'seeds')?.cells).toContain('± 4.58 (n = 3)');
});

test('transferred layers become a curve, from nothing to all of them', () => {
  const points = [run({ transferLayers: 3 }, 54), run({}, 56), run({ transferLayers: -1 }, 52)];
  const curve = summarizeTransfer(points);
  expect(curve.details?.[0]?.rows).toEqual([
    ['none, not even embeddings', 52],
    ['3', 54],
    ['12', 56],
  ]);
  expect(curve.metrics[0]?.value).toBe(56);
  expect(resultFileName(curve)).toBe('rte--gpt1--transfer-layers--1..12.json');
});

test('the points of a curve may be means over seeds, and say how far these vary', () => {
  const others = [run({ transferLayers: 0 }, 52), run({ transferLayers: 0, seed: 43 }, 54)];
  const curve = summarizeTransfer([summarizeSeeds(others), summarizeSeeds(seeds.slice(0, 2))]);
  expect(curve.details?.[0]?.rows).toEqual([
    ['0', 53, Math.SQRT2, 2],
    ['12', 53, expect.closeTo(Math.sqrt(18), 12), 2],
  ]);
  expect(resultFileName(curve)).toBe('rte--gpt1--transfer-layers-0..12--seeds-42-43.json');
});

test('a curve stands in no table: its last point has a result of its own', async () => {
  const curve = summarizeTransfer([run({ transferLayers: 0 }, 52), run({}, 56)]);
  const table = buildTable(await readExperiment('gpt1-table2'), [curve]);
  expect(table.leftOut).toEqual(['gpt1 on rte: a curve, whose last point is a result of its own.']);
});
