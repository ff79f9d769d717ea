import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeResult } from '../results/results-folder.js';
import { exampleResult } from '../testing/example-result.js';
import { type GptRun, runGpt } from '../testing/run-gpt.js';
import { openerOf } from './report.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true }));

// The script of the page exists only where the tool is built, so the built command is run.
const report = (...words: string[]): Promise<GptRun> => runGpt(['report', ...words], { cwd: folder });
const written = (output = 'report') => readFile(path.join(folder, output, 'index.html'), 'utf8');
const answers = '{"index":0,"target":"pearl","predicted":"stone"}\n';

describe('gpt report', () => {
  it('writes one page, the same each time, with its script in it', async () => {
    await writeResult(path.join(folder, 'results'), exampleResult());
    await writeFile(path.join(folder, 'answers.jsonl'), answers);
    const { code, stdout, stderr } = await report('--samples', 'answers.jsonl');
    expect([code, stdout]).toEqual([0, `${path.join('report', 'index.html')}\n`]);
    expect(stderr).toMatch(/^Results: 1, examples: 1, /);
    const page = await written();
    expect(page).toContain('pearl');
    expect(page).toContain('function findExamples(');
    expect(page).not.toMatch(/^import /m);
    await report('--samples', 'answers.jsonl', '--output', 'again');
    expect(await written('again')).toBe(page);
  });

  it('holds nothing of the examples with --no-examples', async () => {
    await writeFile(path.join(folder, 'answers.jsonl'), answers);
    const { code, stdout } = await report('--samples', 'answers.jsonl', '--no-examples', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ results: 0, examples: 0, leftOut: [] });
    expect(await written()).not.toContain('pearl');
    expect(await written()).toContain('This report was made without examples.');
  });

  it('goes on without a journal that is damaged, and says so in the page and on stderr', async () => {
    const journals = path.join(folder, 'results', 'journals');
    await mkdir(journals, { recursive: true });
    await writeFile(path.join(journals, 'bad.jsonl'), '{"journal":1}\n');
    const { code, stderr } = await report();
    expect(code).toBe(0);
    expect(stderr).toContain('Left out: Examples of bad.jsonl: ');
    expect(await written()).toContain('Examples of bad.jsonl: ');
  });

  it('shows the losses of runs that are named, each under the name of its log', async () => {
    const training = path.join(folder, 'my-model', 'training');
    await mkdir(training, { recursive: true });
    const lines = [1, 2].map((update) => `{"kind":"update","update":${update},"loss":${9 - update}}\n`);
    await writeFile(path.join(training, 'log.jsonl'), lines.join(''));
    expect((await report('--training', 'my-model')).code).toBe(0);
    expect(await written()).toContain(`Journal ${path.join('my-model', 'training', 'log.jsonl')}`);
    expect(await written()).toContain('Pre-training of my-model');
    const missing = await report('--training', 'your-model');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('--training your-model: ')]);
  });

  it('refuses what it cannot read or write', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect(await report('--output', 'file')).toMatchObject({ code: 1, stdout: '' });
    const missing = await report('--samples', 'nowhere.jsonl');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('nowhere.jsonl')]);
    expect((await report('--examples', '0')).code).toBe(2);
  });
});

it.each([
  ['linux', ['xdg-open', 'a/index.html']],
  ['darwin', ['open', 'a/index.html']],
  ['win32', ['cmd', '/c', 'start', '', 'a/index.html']],
] as const)('on %s the page is opened by the program of the system', (platform, words) => {
  expect(openerOf(platform, 'a/index.html')).toEqual(words);
});
