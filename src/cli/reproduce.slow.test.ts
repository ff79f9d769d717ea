import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../errors.js';
import { readPlan } from '../reports/plan.js';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { ReproduceOptions } from './commands/reproduce.js';
import { runReproduce } from './reproduce.js';
import { pickSteps, planSteps } from './reproduce-steps.js';
import { prepareTexts } from './reproduce-texts.js';

const plan = await readPlan();
let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  env = { HF_HUB_CACHE: path.join(folder, 'hub'), GPT_DATA_DIR: path.join(folder, 'data') };
});
afterEach(() => rm(folder, { recursive: true }));

const steps = (quick: boolean, dataDir?: string) =>
  planSteps(plan, { quick, dataDir, folder: path.join(folder, 'made'), env });

describe('planSteps', () => {
  it('takes the sample of every task where there is no data, and leaves out what has none', async () => {
    const all = await steps(false);
    expect(all.filter(({ command, data }) => command !== 'overlap' && data === 'files')).toEqual(
      all.filter(({ command }) => command === 'pretrain'),
    );
    expect(all.find(({ command }) => command === 'overlap')).toMatchObject({
      missing: 'its texts are not here',
    });
    expect(all.find(({ id }) => id === 'training of tiny')).toMatchObject({ isThere: true });
    const finetuned = all.find(({ id }) => id === 'cola × tiny')!;
    expect(finetuned.words).toEqual([
      'finetune',
      'cola',
      '--model=tiny',
      '--lr=0.0005',
      '--data=sample',
      '--epochs=1',
    ]);
  });

  it('finds real files under the folder of data, by published names and by those of the plan', async () => {
    const data = env.GPT_DATA_DIR!;
    await mkdir(path.join(data, 'lambada'), { recursive: true });
    await writeFile(path.join(data, 'lambada', 'lambada_test.jsonl'), '');
    await mkdir(path.join(data, 'snli'));
    for (const name of ['validation.tsv', 'test.tsv']) await writeFile(path.join(data, 'snli', name), '');
    await mkdir(path.join(data, 'gutenberg'));
    const all = await steps(false, data);
    const wordsOf = (id: string) => all.find((step) => step.id === id)!.words;
    expect(wordsOf('lambada × tiny')).toEqual(['eval', 'lambada', '--model=tiny']);
    expect(wordsOf('snli × tiny').slice(-2)).toEqual([
      `--train-data=${path.join(data, 'snli', 'validation.tsv')}`,
      `--dev-data=${path.join(data, 'snli', 'test.tsv')}`,
    ]);
    expect(wordsOf('ptb × tiny')).toContain('--data=sample');
    expect(all.find(({ id }) => id === 'continuations × tiny')).toMatchObject({
      texts: ['@held-out'],
      words: ['eval', 'continuations', '--model=tiny', `--data=${path.join(folder, 'made', 'held-out')}`],
    });
  });

  it('is small when it should be quick', async () => {
    const all = await steps(true, env.GPT_DATA_DIR);
    expect(all.every(({ data, command }) => data === 'sample' || command === 'overlap')).toBe(true);
    expect(all.filter(({ model }) => model === 'tiny')).toEqual([]);
  });
});

describe('pickSteps', () => {
  it('goes by what a step is for, or is of', async () => {
    const all = await steps(false);
    const picked = (name: string) => new Set(pickSteps(all, [name]).map(({ task }) => task));
    expect(picked('gpt2-figure3')).toEqual(new Set(['winograd']));
    expect(picked('size-nq')).toEqual(new Set(['nq']));
    expect(pickSteps(all, ['mini-gpt2-3x128', 'ptb']).length).toBeGreaterThan(20);
    expect(() => pickSteps(all, ['gpt2-table33'])).toThrow(/--only gpt2-table33/);
  });
});

describe('runReproduce', () => {
  const start = (run: (words: readonly string[]) => Promise<void>, more: Partial<ReproduceOptions> = {}) => {
    const { output, written } = capturedOutput();
    const line = { update() {}, note() {}, clear() {} };
    const options: ReproduceOptions = {
      ...{ only: ['gpt2-figure3'], quick: true, dryRun: false, fresh: false, json: false, threads: 1 },
      ...{ folder: path.join(folder, 'made'), results: path.join(folder, 'results') },
      ...more,
    };
    const controller = new AbortController();
    const outcome = runReproduce(options, run, { output, line, env, signal: controller.signal });
    return { outcome, written };
  };

  it('goes on behind a failure and tries it again the next time; what is done stays done', async () => {
    const asked: string[] = [];
    const failOnce = async (words: readonly string[]) => {
      asked.push(words.find((word) => word.startsWith('--model='))!);
      if (asked.length === 1) throw new UserError('no luck.');
    };
    const first = start(failOnce);
    await expect(first.outcome).rejects.toThrow('1 step failed: winograd × mini-gpt2-2x64.');
    expect(first.written.err).toContain('no luck.');
    expect(first.written.out).toContain('Winograd');
    await start(failOnce).outcome;
    expect(asked).toEqual(['2x64', '3x128', '2x64'].map((size) => `--model=mini-gpt2-${size}`));
    await start(failOnce, { fresh: true }).outcome;
    expect(asked).toHaveLength(5);
  });

  it('stops at Ctrl-C and says where', async () => {
    const { outcome } = start(async () => {
      throw new InterruptedError('Interrupted.');
    });
    await expect(outcome).rejects.toMatchObject({ exitCode: 130, message: 'Stopped at step 1 of 2.' });
  });

  it('prints JSON, of a dry run with time and memory', async () => {
    const run = start(async () => {}, { json: true });
    await run.outcome;
    expect(JSON.parse(run.written.out)).toMatchObject({
      figures: ['gpt2-figure3'],
      steps: [{ state: 'done' }, { state: 'done', data: 'sample' }],
    });
    const never = () => Promise.reject(new Error('a dry run runs nothing'));
    const dry = start(never, { json: true, dryRun: true, fresh: true, only: ['size-winograd'] });
    await dry.outcome;
    const [first] = (JSON.parse(dry.written.out) as { steps: { state: string; seconds: number }[] }).steps;
    expect(first).toMatchObject({ state: 'to do', bytes: expect.any(Number) });
    expect(first!.seconds).toBeGreaterThan(0);
  });
});

describe('prepareTexts', () => {
  it('tells held-out books from the others, and takes an excerpt of the same length', async () => {
    const data = env.GPT_DATA_DIR!;
    const paragraphs = (word: string) =>
      `${Array.from({ length: 50 }, (_, n) => `${word} ${n}.`).join('\n\n')}\n`;
    const books = { 'A/held.txt': 'held', 'A/one.txt': 'one', 'B/two.txt': 'two' };
    for (const [name, word] of Object.entries(books)) {
      const file = path.join(data, 'gutenberg', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, paragraphs(word));
    }
    const some = { ...plan, heldOut: ['A/held.txt'] };
    for (const text of ['@held-out', '@books', '@training-text'] as const) {
      await prepareTexts(text, some, data, folder);
    }
    expect(await readdir(path.join(folder, 'held-out'))).toEqual(['held.txt']);
    expect(await readdir(path.join(folder, 'books'))).toEqual(['one.txt', 'two.txt']);
    const passage = await readFile(path.join(folder, 'training-text', 'one.txt'), 'utf8');
    expect(paragraphs('one')).toContain(passage);
    expect(paragraphs('one').endsWith(passage)).toBe(false);
    expect(passage.length).toBeLessThan(0.6 * paragraphs('one').length);
    expect(passage.length).toBeGreaterThan(0.4 * paragraphs('one').length);
    const missing = { ...plan, heldOut: ['C/gone.txt'] };
    await expect(prepareTexts('@books', missing, data, folder)).rejects.toThrow(/has no C\/gone.txt/);
  });
});
