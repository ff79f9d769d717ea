import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rescored } from '../reports/rescored.js';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { createProgram } from './main.js';
import { runRescore } from './rescore.js';

let folder: string;
let journal: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  const line = [
    'node',
    'gpt',
    'eval',
    'lambada',
    '--model',
    'mini-gpt2-2x64',
    '--data',
    'sample',
    '--results',
    folder,
  ];
  await createProgram(capturedOutput().output, line).parseAsync(line);
  const [name] = await readdir(path.join(folder, 'journals'));
  journal = path.join(folder, 'journals', name!);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rescore(lines: object[], above = 0): Promise<Rescored> {
  const file = path.join(folder, 'shared.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { output, written } = capturedOutput();
  await runRescore([journal], { without: file, above, json: true }, output);
  return JSON.parse(written.out) as Rescored;
}

const nats = (metrics: Rescored['all']) => {
  const { value, n } = metrics.find(({ id }) => id === 'perplexity')!;
  return n * Math.log(value);
};

test('the examples that overlap are left out, and stand by themselves as well', async () => {
  const shared = [2, 4].map((number) => ({ document: `lambada.jsonl:${number}`, percent: 10 * number }));
  const { all, without, overlapping, counts } = await rescore(shared);
  expect(counts).toEqual({ all: counts.all, without: counts.all - 2, overlapping: 2 });
  expect(nats(without) + nats(overlapping)).toBeCloseTo(nats(all), 6);
  expect((await rescore(shared, 25)).counts.overlapping).toBe(1);
});

describe('what is no overlap of the run’s examples is refused', () => {
  test.each([
    [[{ document: 'lambada.txt', percent: 3 }], /line 1: this is not the overlap of one example/],
    [[{ document: 'lambada.csv:3', percent: 3 }], /line 1: this is not the overlap of one example/],
    [[{ document: 'lambada.jsonl:9999', percent: 3 }], /No example of the run overlaps by more than 0 %/],
  ])('%j', async (lines, message) => {
    await expect(rescore(lines)).rejects.toThrow(message);
  });
});
