/** A fine-tuning that ends before its time goes on where it was. */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { interruptOnceThereIs, isolatedEnvironment, killRepeatedly, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';

let folder: string;
let options: { cwd: string; env: Record<string, string> };
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  options = { cwd: folder, env: isolatedEnvironment(folder) };
  await writeTinyModel(path.join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Eight updates and two measurements; a state after each. */
const args = (results: string, ...more: string[]) => [
  ...['finetune', 'rte', '--model', 'model', '--data', 'sample', '--limit-train', '64', '--limit', '16'],
  ...['--batch', '16', '--epochs', '2', '--save-every', '0', '--threads', '1', '--results', results, ...more],
];

/** What must not depend on how a run was interrupted: everything but times and the command line. */
async function readTimeless(results: string): Promise<Partial<Result>> {
  const [name] = (await readdir(path.join(folder, results))).filter((file) => file.endsWith('.json'));
  const text = await readFile(path.join(folder, results, name!), 'utf8');
  const { time: _, command: __, ...rest } = JSON.parse(text) as Result;
  return rest;
}

const modelBytes = (output: string) => readFile(path.join(folder, output, 'model.safetensors'));

test(`a run killed at random moments and resumed ends in the same result and weights${namedSeed}`, async () => {
  const start = performance.now();
  const undisturbed = await runGpt(args('whole', '--output', 'whole-model'), options);
  const wholeRunMs = performance.now() - start;
  expect(undisturbed.stderr).toContain('The model of epoch');
  expect(undisturbed.code).toBe(0);
  expect(undisturbed.stdout).toMatch(/trained on 64 examples .*: 8 updates of 16/);

  const random = seededUniform(drawnSeed);
  const kills = await killRepeatedly(args('killed', '--output', 'killed-model'), options, {
    times: 6,
    wholeRunMs,
    random,
  });
  expect(kills).toBeGreaterThan(0);
  const last = await runGpt(args('killed', '--output', 'killed-model'), options);
  expect(last.code).toBe(0);
  const left = await readdir(path.join(folder, 'killed/journals'));
  expect(left.map((name) => path.extname(name)).sort()).toEqual(['.jsonl', '.safetensors']);
  expect(await readTimeless('killed')).toEqual(await readTimeless('whole'));
  expect((await modelBytes('killed-model')).equals(await modelBytes('whole-model'))).toBe(true);
}, 180_000);

test.skipIf(process.platform === 'win32')(
  'Ctrl-C exits 130, says how to go on, and the same command does (needs a system other than Windows)',
  async () => {
    const stopped = await runGpt(args('stopped'), {
      ...options,
      // As soon as a state is saved there is something to interrupt.
      onStart: interruptOnceThereIs('.state.safetensors', path.join(folder, 'stopped/journals')),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toMatch(/Stopped after \d of 8 updates\./);
    expect(stopped.stderr).toContain('run the same command again');
    const resumed = await runGpt(args('stopped', '--json'), options);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/Going on after update \d of an earlier run/);
    expect((JSON.parse(resumed.stdout) as Result).finetuning?.counts.updates).toBe(8);
  },
  120_000,
);
