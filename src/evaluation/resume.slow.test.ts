import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { interruptOnceThereIs, isolatedEnvironment, killRepeatedly, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';

let folder: string;
let env: Record<string, string>;

/** A run over 160 passages in many batches, each big enough that a kill has something to hit. */
const args = (results: string, ...more: string[]) => [
  ...['eval', 'lambada', '--model', 'model', '--data', 'passages.jsonl', '--batch-tokens', '700'],
  ...['--results', results, ...more],
];

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = isolatedEnvironment(folder);
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 4, nEmbd: 128 });
  const random = seededUniform(3);
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 8) }, () => 'etaoinshr'[Math.floor(random() * 9)]).join(
      '',
    );
  const passages = Array.from({ length: 160 }, () =>
    Array.from({ length: 20 + Math.floor(random() * 60) }, word).join(' '),
  );
  await writeFile(
    path.join(folder, 'passages.jsonl'),
    passages.map((text) => `${JSON.stringify({ text })}\n`).join(''),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What must not depend on how a run was interrupted: everything but times and the command line. */
async function readTimeless(results: string): Promise<string> {
  const [name] = (await readdir(path.join(folder, results))).filter((file) => file.endsWith('.json'));
  const {
    time: _,
    command: __,
    ...rest
  } = JSON.parse(await readFile(path.join(folder, results, name!), 'utf8')) as Result;
  return JSON.stringify(rest, null, 2);
}

async function readRecords(file: string): Promise<string> {
  return readFile(path.join(folder, file), 'utf8');
}

test(`a run killed ten times and resumed gives the very result and records of an undisturbed one${namedSeed}`, async () => {
  const options = { cwd: folder, env };
  const start = performance.now();
  const undisturbed = await runGpt(args('whole', '--samples', 'whole.jsonl'), options);
  const wholeRunMs = performance.now() - start;
  expect(undisturbed.stderr).toContain('Written to');
  expect(undisturbed.code).toBe(0);

  const random = seededUniform(drawnSeed);
  const kills = await killRepeatedly(args('killed'), options, { times: 10, wholeRunMs, random });
  const last = await runGpt(args('killed', '--samples', 'killed.jsonl'), options);
  expect(last.code).toBe(0);
  expect(kills).toBeGreaterThan(0);
  expect(await readTimeless('killed')).toBe(await readTimeless('whole'));
  expect(await readRecords('killed.jsonl')).toBe(await readRecords('whole.jsonl'));
}, 120_000);

test('merged shards give the very result of one run', async () => {
  const options = { cwd: folder, env };
  await runGpt(args('single'), options);
  for (const shard of ['1/3', '2/3', '3/3']) {
    const { code, stdout } = await runGpt(args('sharded', '--shard', shard), options);
    expect(code).toBe(0);
    expect(stdout).toContain(`Shard ${shard}`);
  }
  const journals = (await readdir(path.join(folder, 'sharded/journals')))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => `sharded/journals/${file}`);
  expect(journals).toHaveLength(3);
  const incomplete = await runGpt(['merge', ...journals.slice(1), '--results', 'sharded'], options);
  expect(incomplete.code).toBe(2);
  expect(incomplete.stderr).toMatch(/Shards \d\/3 are missing/);
  const merged = await runGpt(['merge', ...journals, '--results', 'sharded'], options);
  expect(merged.stderr).toContain('Written to');
  expect(merged.code).toBe(0);
  expect(await readTimeless('sharded')).toBe(await readTimeless('single'));
}, 120_000);

test.skipIf(process.platform === 'win32')(
  'Ctrl-C exits 130, says how to go on, and the same command does (needs a system other than Windows)',
  async () => {
    const options = { cwd: folder, env };
    const stopped = await runGpt(args('stopped'), {
      ...options,
      // As soon as the journal exists there is something to interrupt.
      onStart: interruptOnceThereIs('.jsonl', path.join(folder, 'stopped/journals')),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toMatch(/Stopped after \d+ of 160 examples\./);
    expect(stopped.stderr).toContain('run the same command again');
    const resumed = await runGpt(args('stopped', '--json'), options);
    expect(resumed.code).toBe(0);
    expect((JSON.parse(resumed.stdout) as Result).counts.examples).toBe(160);
  },
  120_000,
);

test('a run that is complete is not computed again, and --fresh computes it again', async () => {
  const options = { cwd: folder, env };
  await runGpt(args('again'), options);
  const again = await runGpt(args('again'), options);
  expect(again.stderr).toContain('--fresh computes them again');
  const fresh = await runGpt(args('again', '--fresh'), options);
  expect(fresh.stderr).not.toContain('--fresh');
}, 120_000);
