import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../errors.js';
import { compareResults } from '../reports/check.js';
import { readResults } from '../results/results-folder.js';
import { allTasks } from '../tasks/find.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { createProgram } from './main.js';
import { planRecompute, type RecomputePlan, recompute } from './recompute.js';

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  target = path.join(folder, 'fresh');
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs commands as they are run from a command line. */
async function run(words: readonly string[]) {
  const line = ['node', 'gpt', ...words];
  await createProgram(capturedOutput().output, line).parseAsync(line);
}

describe('planRecompute', () => {
  const tiny = { name: 'tiny' };
  const offline = () => ({ HF_HUB_CACHE: path.join(folder, 'hub'), GPT_DATA_DIR: path.join(folder, 'data') });

  it('takes every task on its sample, whatever is committed', async () => {
    const { jobs, skipped } = await planRecompute([], target, offline());
    expect(jobs.map(({ words }) => words[1])).toEqual(allTasks.map(({ name }) => name));
    expect(new Set(jobs.flatMap(({ words }) => words.slice(2)))).toEqual(
      new Set(['--model=tiny', '--data=sample', '--epochs=1']),
    );
    expect(skipped).toEqual([]);
  });

  it('says why a result cannot be computed here', async () => {
    const results = [
      exampleResult(),
      exampleResult({ model: tiny }),
      exampleResult({ model: { name: 'no/such-folder' } }),
      exampleResult({ model: tiny, task: { name: 'gone' } }),
      exampleResult({ model: tiny, data: { source: 'sample' }, task: { variant: { dictionary: 'x' } } }),
    ];
    const { skipped } = await planRecompute(results, target, offline());
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'gpt2 is not on this machine',
      expect.stringMatching(/LAMBADA.* is not on this machine \(GPT_DATA_DIR, or "gpt download lambada"\)/),
      'no/such-folder is not on this machine',
      'there is no task gone any more',
      'its dictionary is not here',
    ]);
  });

  it('leaves out what took too long, and says how long that was', async () => {
    const time = { finishedAt: '2026-01-01T00:00:00.000Z', scoringSeconds: 250, tokensPerSecond: 1 };
    const result = { ...exampleResult({ model: tiny }), time };
    const { skipped } = await planRecompute([result], target, offline(), 4);
    expect(skipped).toEqual([{ name: 'lambada--tiny.json', reason: 'it took 4 min 10 s (--longest 4)' }]);
    const withinLimit = await planRecompute([result], target, offline(), 4.5);
    expect(withinLimit.skipped[0]!.reason).toMatch(/LAMBADA/);
  });

  it('takes the file of the command where it is still there', async () => {
    const file = path.join(folder, 'lambada_test.jsonl');
    const result = { ...exampleResult({ model: tiny }), command: `gpt eval lambada --data ${file}` };
    expect((await planRecompute([result], target, offline())).skipped).toHaveLength(1);
    await writeFile(file, '');
    const { jobs } = await planRecompute([result], target, offline());
    expect(jobs.at(-1)).toMatchObject({ name: 'lambada--tiny.json', folder: target });
    expect(jobs.at(-1)!.words).toContain(`--data=${file}`);
  });
});

describe('recompute', () => {
  const samples = () => path.join(target, 'samples');
  const planOf = (...names: string[]): RecomputePlan => ({
    jobs: names.map((name) => ({
      name,
      words: ['eval', name, '--model=tiny', '--data=sample', '--limit=4'],
      folder: samples(),
    })),
    skipped: [{ name: 'other.json', reason: 'it is elsewhere' }],
  });

  it('gives the numbers of the commands, the same each time, and leaves no answers to be taken for fresh ones', async () => {
    const { output, written } = capturedOutput();
    await recompute(planOf('lambada', 'winograd'), target, run, output);
    const { results: first } = await readResults(samples());
    expect(first.map(({ task }) => task.name)).toEqual(['lambada', 'winograd']);
    expect((await readdir(samples())).filter((name) => !name.endsWith('.json'))).toEqual([]);
    expect(await readdir(target)).toEqual(['samples']);
    expect(written.err).toContain('[2/2] winograd: gpt eval winograd --model=tiny');
    expect(written.err).toContain('not computed: other.json: it is elsewhere.');
    expect(written.out).toBe('');
    await recompute(planOf('lambada'), target, run, output);
    const { results: second } = await readResults(samples());
    expect(second.map(({ metrics }) => metrics)).toEqual([first[0]!.metrics]);
    expect(second[0]!.time.finishedAt).not.toBe(first[0]!.time.finishedAt);
    expect(compareResults(first, second, [])).toMatchObject({
      differences: [],
      compared: ['lambada--tiny--sample--limit4.json'],
    });
  });

  it('goes on where it was interrupted, with what is there', async () => {
    const { output, written } = capturedOutput();
    const stopping = async (words: readonly string[]) => {
      if (words[1] === 'winograd') throw new InterruptedError('Interrupted.');
      await run(words);
    };
    const plan = planOf('lambada', 'winograd');
    await expect(recompute(plan, target, stopping, output)).rejects.toThrow('Stopped at 2 of 2.');
    const journals = await readdir(path.join(samples(), 'journals'));
    expect(journals).toHaveLength(1);
    const journal = path.join(samples(), 'journals', journals[0]!);
    const before = await readFile(journal, 'utf8');
    let after = '';
    const watching = async (words: readonly string[]) => {
      await run(words);
      if (words[1] === 'lambada') after = await readFile(journal, 'utf8');
    };
    await recompute(plan, target, watching, output);
    // The times in it would be others if it had been computed again.
    expect(after).toBe(before);
    expect(written.err).toContain('Going on with the run that was interrupted');
    expect((await readResults(samples())).results).toHaveLength(2);
  });

  it('does all it can when something fails, and says so', async () => {
    const { output, written } = capturedOutput();
    const attempt = recompute(planOf('lamdaba', 'lambada'), target, run, output);
    await expect(attempt).rejects.toThrow('1 of 2 could not be computed: lamdaba.');
    expect(written.err).toContain('Did you mean lambada?');
    expect((await readResults(samples())).results).toHaveLength(1);
  });

  it('never empties a folder with anything else in it', async () => {
    const { output } = capturedOutput();
    await writeFile(path.join(folder, 'thesis.txt'), 'mine');
    await expect(recompute(planOf('lambada'), folder, run, output)).rejects.toThrow(UserError);
    expect(await readFile(path.join(folder, 'thesis.txt'), 'utf8')).toBe('mine');
  });
});
