import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Result } from '../results/result.js';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { createProgram } from './main.js';

let folder: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command as from a command line, its results in a folder of that name. */
async function gpt(results: string, ...words: string[]): Promise<void> {
  const line = ['node', 'gpt', ...words, '--results', path.join(folder, results)];
  await createProgram(capturedOutput().output, line).parseAsync(line);
}

async function onlyResult(results: string): Promise<Result> {
  const names = (await readdir(path.join(folder, results))).filter((name) => name.endsWith('.json'));
  expect(names).toHaveLength(1);
  return JSON.parse(await readFile(path.join(folder, results, names[0]!), 'utf8')) as Result;
}

it('a merged result names the command of the undivided run, and that command gives the same numbers', async () => {
  const run = ['eval', 'cbt-cn', '--model', 'tiny', '--data', 'sample', '--text', 'raw', '--limit', '6'];
  for (const shard of ['1/2', '2/2']) await gpt('parts', ...run, '--batch-tokens', '1024', '--shard', shard);
  const journals = path.join(folder, 'parts', 'journals');
  const names = (await readdir(journals)).filter((name) => name.endsWith('.jsonl'));
  await gpt('parts', 'merge', ...names.map((name) => path.join(journals, name)));
  const merged = await onlyResult('parts');
  expect(merged.command).toBe(
    'gpt eval cbt-cn --model=tiny --data=sample --text=raw --limit=6 --batch-tokens=1024 --device=cpu',
  );
  await gpt('again', ...merged.command.split(' ').slice(1));
  const again = await onlyResult('again');
  expect([again.fingerprint, again.metrics]).toEqual([merged.fingerprint, merged.metrics]);
});
