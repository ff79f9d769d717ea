import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { paperSettings } from '../finetuning/settings.js';
import type { Result } from '../results/result.js';
import { readResults, writeResult } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { runMerge } from './merge.js';

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

const run = (seed: number, accuracy: number, epochs = 3): Result => ({
  ...exampleResult({
    task: { name: 'rte' },
    metrics: [{ ...exampleResult().metrics[0]!, id: 'accuracy', value: accuracy }],
  }),
  fingerprint: String(seed).padStart(64, '0'),
  command: `gpt finetune rte --model gpt1 --seed ${seed} --epochs ${epochs}`,
  finetuning: {
    train: exampleResult().data,
    settings: { ...paperSettings, seed, epochs },
    changed: [`seed ${seed}`, ...(epochs === 3 ? [] : [`epochs ${epochs}`])],
    counts: { examples: 1, truncatedExamples: 0, updates: 1 },
    epochs: [{ trainLoss: 1, devLoss: 1, score: accuracy }],
    bestEpoch: 1,
  },
});

async function merge(results: Result[]): Promise<Result[]> {
  const files: string[] = [];
  for (const result of results) files.push((await writeResult(path.join(folder, 'parts'), result)).file);
  const options = { results: path.join(folder, 'whole'), json: false, command: 'gpt merge' };
  await runMerge(files, options, capturedOutput().output);
  return (await readResults(options.results)).results;
}

test('runs of several machines become the mean over their seeds, each kind by itself', async () => {
  const [sweep, ...others] = await merge([run(44, 60), run(43, 50), run(7, 90, 1)]);
  expect(others).toEqual([]);
  expect(sweep!.metrics[0]!.value).toBe(55);
  expect(sweep!.sweep!.runs.map(({ value }) => value)).toEqual([43, 44]);
  expect(sweep!.command).toBe('gpt finetune rte --model gpt1 --epochs 3 --seeds=43,44');
});

test('results that do not belong together are refused', async () => {
  await expect(merge([run(43, 50), run(44, 60, 1), exampleResult()])).rejects.toThrow(
    'No two of these results are runs of the same kind',
  );
});
