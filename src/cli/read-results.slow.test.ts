import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeResult } from '../results/results-folder.js';
import { exampleResult } from '../testing/example-result.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
const damaged = ['a-folder.json', 'cut.json', 'other-shape.json'];

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  const results = path.join(folder, 'results');
  await writeResult(results, exampleResult());
  await mkdir(path.join(results, 'a-folder.json'));
  await writeFile(path.join(results, 'cut.json'), JSON.stringify(exampleResult()).slice(0, 200));
  await writeFile(path.join(results, 'other-shape.json'), JSON.stringify({ schema: 1, task: 'lambada' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env: isolatedEnvironment(folder) });

describe('damaged files in results/ are named on stderr, and the rest is shown', () => {
  test.each([
    ['table', 'gpt2-table3'],
    ['figure', 'gpt2-figure1'],
    ['claims', 'pretraining'],
    ['results'],
    ['compare', 'gpt1', 'gpt2'],
    ['report', '--no-examples'],
  ])('%s %s', async (...args) => {
    const { code, stdout, stderr } = await gpt(...args);
    for (const name of damaged) expect(stderr).toContain(path.join('results', name));
    expect(stderr).not.toMatch(/error:|bug|ENOENT|EISDIR/);
    expect(stdout).not.toBe('');
    expect(code).toBe(0);
  });

  test('tables still have the number of the sound one', async () => {
    const { stdout, stderr } = await gpt('table', 'gpt2-table3', '--format', 'csv');
    expect(stdout).toContain(',40.0625,');
    expect(stderr).toContain(
      '3 files left out: delete what is damaged, or move it away, and run its evaluation again.',
    );
  });

  test('--check fails, --write writes nothing, doctor finds them', async () => {
    const check = await gpt('results', '--check');
    expect(check.stderr).toContain('cut.json');
    expect(check.code).toBe(1);
    const write = await gpt('results', '--write');
    expect(write.stderr).toContain('3 files of results cannot be read: no page was written.');
    expect(write.code).toBe(1);
    await expect(readFile(path.join(folder, 'results', 'README.md'))).rejects.toThrow('ENOENT');
    const doctor = await gpt('doctor');
    for (const name of damaged) expect(doctor.stdout.replaceAll(/\s+/g, ' ')).toContain(name);
    expect(doctor.code).toBe(0);
  });
});
