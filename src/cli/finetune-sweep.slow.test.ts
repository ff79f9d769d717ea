/** Sweeps of `gpt finetune` as a user runs them: killed, interrupted, with a task that cannot be run, and only counted. */
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { isolatedEnvironment, killRepeatedly, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';

let folder: string;
let options: { cwd: string; env: Record<string, string> };
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  options = { cwd: folder, env: isolatedEnvironment(folder) };
  await writeTinyModel(path.join(folder, 'model'), { nLayer: 1, nCtx: 256 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gpt = (args: readonly string[]) => runGpt(args, options);

/** Runs of a second or so, with a state after each update. */
const finetune = (...more: string[]) => [
  ...['finetune', '--model', 'model', '--limit', '8', '--epochs', '1', '--save-every', '0', '--threads', '1'],
  ...more,
];

/** Every result of a folder without times and command lines, by the name of its file. */
async function readAll(results: string): Promise<Record<string, Partial<Result>>> {
  const names = (await readdir(path.join(folder, results))).filter((name) => name.endsWith('.json'));
  const entries = names.sort().map(async (name) => {
    const text = await readFile(path.join(folder, results, name), 'utf8');
    const { time: _, command: __, ...rest } = JSON.parse(text) as Result;
    return [name, rest] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A sweep of four runs, two updates each, over seeds and transferred layers. */
const curve = (results: string, ...more: string[]) =>
  finetune(
    ...['rte', '--data', 'sample', '--limit-train', '32', '--batch', '16'],
    ...['--seeds', '1,2', '--transfer-layers', '-1,1', '--results', results, ...more],
  );

test(`a sweep killed again and again ends in the results of one that was not; what is finished is not computed again${namedSeed}`, async () => {
  const start = performance.now();
  const whole = await gpt(curve('whole'));
  const wholeRunMs = performance.now() - start;
  expect(whole.stderr).not.toContain('error');
  expect(whole.stdout).toMatch(/from-scratch, seed 2: accuracy/);
  expect(whole.stdout).toContain('By number of layers taken over');
  const wanted = await readAll('whole');
  const kinds = Object.values(wanted).map(({ sweep }) => sweep?.setting ?? 'run');
  expect(kinds.sort()).toEqual(['run', 'run', 'run', 'run', 'seed', 'seed', 'transfer-layers']);

  const random = seededUniform(drawnSeed);
  const kills = await killRepeatedly(curve('killed'), options, { times: 4, wholeRunMs, random });
  expect(kills).toBeGreaterThan(0);
  expect((await gpt(curve('killed'))).code).toBe(0);
  expect(await readAll('killed')).toEqual(wanted);
  const again = await gpt(curve('killed'));
  expect(again.stderr.match(/already; --fresh computes it again/g)).toHaveLength(4);
  expect(await readAll('killed')).toEqual(wanted);
}, 300_000);

/** Sends Ctrl-C, once, as soon as the second journal has a line for an update. */
async function interruptSecondRun(child: ChildProcess, results: string): Promise<void> {
  const journals = path.join(folder, results, 'journals');
  while (child.exitCode === null && child.signalCode === null) {
    const names = (await readdir(journals).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
    const texts = await Promise.all(names.map((name) => readFile(path.join(journals, name), 'utf8')));
    const isUnderWay = texts.some((text) => text.includes('"update":1,') && !text.includes('"epoch":1,'));
    if (names.length === 2 && isUnderWay) {
      child.kill('SIGINT');
      return;
    }
    await sleep(10);
  }
}

test.skipIf(process.platform === 'win32')(
  'Ctrl-C in the second run of a sweep over tasks and seeds: what is kept is said, and the same command goes on there (needs a system other than Windows)',
  async () => {
    const sweep = (results: string) =>
      finetune(
        ...['rte', 'cola', '--data', 'sample', '--limit-train', '64', '--batch', '8'],
        ...['--seeds', '1,2', '--results', results],
      );
    const stopped = await runGpt(sweep('stopped'), {
      ...options,
      onStart: (child) => void interruptSecondRun(child, 'stopped'),
    });
    expect(stopped.code).toBe(130);
    const [message, hint] = stopped.stderr.trim().split('\n').slice(-2);
    expect(message).toMatch(/^Run 2 of 4, rte × .*, seed 2.*: Stopped after \d+ of 8 updates\.$/);
    expect(hint).toBe(
      'The finished run is kept and not made again. Nothing is lost: run the same command again to go on from here.',
    );
    expect(Object.keys(await readAll('stopped'))).toHaveLength(1);

    const resumed = await gpt(sweep('stopped'));
    expect(resumed.code).toBe(0);
    expect(resumed.stderr.match(/seed 1.* is in .* already; --fresh computes it again/g)).toHaveLength(1);
    expect(resumed.stderr.match(/seed 2.*: Going on after update \d+ of an earlier run/g)).toHaveLength(1);
    const undisturbed = await gpt(sweep('undisturbed'));
    expect(undisturbed.code).toBe(0);
    expect(undisturbed.stderr).not.toMatch(/already|Going on/);
    // Four runs and, for each task, what sums them up.
    expect(Object.keys(await readAll('undisturbed'))).toHaveLength(6);
    expect(await readAll('stopped')).toEqual(await readAll('undisturbed'));
    expect(resumed.stdout).toBe(undisturbed.stdout);
  },
  240_000,
);

describe('a task that cannot be run does not keep the others from it: they have results, it is named with its error', () => {
  test('where its data is broken or missing', async () => {
    const data = path.join(folder, 'data');
    const write = async (name: string, rows: number, ...more: string[]) => {
      const pairs = Array.from(
        { length: rows },
        (_, n) => `${n}\tIt rained.\tIt is ${n % 2 ? 'dry' : 'wet'}.\t${n % 2}`,
      );
      await mkdir(path.dirname(path.join(data, name)), { recursive: true });
      await writeFile(
        path.join(data, name),
        ['index\tsentence1\tsentence2\tlabel', ...more, ...pairs].join('\n'),
      );
    };
    // Files under their published names must have the published number of rows.
    await write('glue/WNLI/train.tsv', 635);
    await write('glue/WNLI/dev.tsv', 71);
    await write('glue/RTE/train.tsv', 2490);
    await write('glue/RTE/dev.tsv', 276, '0\tIt rained.\tIt is wet.\tmaybe');
    const words = finetune('rte', 'wnli', 'cola', '--batch', '8', '--limit-train', '16', '--results', 'some');
    const run = await runGpt(words, { ...options, env: { ...options.env, GPT_DATA_DIR: data } });
    expect(run.code).toBe(1);
    const [, summary] = run.stderr.split('error: 2 of 3 tasks could not be run.\n');
    expect(summary!.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^rte: .*RTE.dev\.tsv: line 2: the label is none of the classes\. Expected 0 \(entailment\) or 1 \(not_entailment\), found "maybe"\.$/,
      ),
      expect.stringMatching(/^cola: .*offline/i),
    ]);
    expect(run.stdout).toContain('accuracy');
    const results = Object.values(await readAll('some'));
    expect(results.map(({ task }) => task!.name)).toEqual(['wnli']);
  }, 120_000);

  test('where its settings cannot be', async () => {
    await writeFile(path.join(folder, 'large.json'), '{"tasks": {"rte": {"batch": 500}}}');
    const words = finetune('rte', 'cola', '--data', 'sample', '--limit-train', '32', '--seeds', '1,2');
    const run = await gpt([...words, '--hparams', 'large.json', '--results', 'large', '--json']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /error: 1 of 2 tasks could not be run\.\nrte: 32 training examples do not fill a batch of 500/,
    );
    const written = JSON.parse(run.stdout) as Result[];
    expect(written.map(({ task, sweep }) => `${task.name} ${sweep?.setting ?? 'run'}`)).toEqual([
      'cola run',
      'cola run',
      'cola seed',
    ]);
  }, 120_000);
});

test('a dry run has a record for each run, a line for each kind of run, and leaves nothing behind', async () => {
  const run = await gpt(curve('dry', '--dry-run', '--json'));
  expect(run.code).toBe(0);
  const entries = JSON.parse(run.stdout);
  expect(entries).toHaveLength(4);
  expect(entries.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2, 1, 2]);
  expect(entries[0].work).toMatchObject({ trainExamples: 32, devExamples: 8, updates: 2 });
  for (const { seconds, residentBytes, parameterBytes } of entries) {
    expect(seconds).toBeGreaterThan(0);
    expect(residentBytes).toBeGreaterThan(parameterBytes);
  }
  const shown = await gpt(curve('dry', '--dry-run'));
  expect(shown.stdout).toContain('4 runs would take about');
  const rows = shown.stdout.split('\n').filter((line) => line.includes('2 seeds'));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/rte .*from-scratch, 2 seeds .*32 \+ 8 .* 2 × \d+ s/);
  expect(await readdir(folder)).not.toContain('dry');
}, 120_000);
