import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const generate = (...args: string[]) =>
  runGpt(['generate', '--model', 'model', '--threads', '1', ...args], {
    cwd: folder,
    env: isolatedEnvironment(folder),
  });

interface Report {
  prompt: { text: string | null; tokens: number; truncatedTokens: number };
  settings: { maxTokens: number; sampling: unknown };
  samples: { seed: number; text: string; ended: string; tokens: number[]; logProbs: number[] }[];
}
const report = async (...args: string[]) => {
  const { stdout, stderr, code } = await generate(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Report;
};

test('a prompt is gone on from, and the text goes to stdout', async () => {
  const run = await generate('Once', '--max-tokens', '12', '--seed', '3');
  expect([run.code, run.stderr]).toEqual([0, '']);
  const { samples, prompt, settings } = await report('Once', '--max-tokens', '12', '--seed', '3');
  expect(run.stdout.trimEnd()).toBe(samples[0]!.text.trimEnd());
  expect(samples[0]!.tokens.length).toBe(12);
  expect(samples[0]!.ended).toBe('length');
  expect(prompt).toEqual({ text: 'Once', tokens: 4, truncatedTokens: 0 });
  expect(settings.sampling).toEqual({ method: 'sample', topK: 40, topP: 1, temperature: 1 });
});

test('sample i is the text of seed + i, whatever is written beside it', async () => {
  const { samples } = await report('Once', '--max-tokens', '8', '--samples', '18', '--seed', '5');
  expect(samples.map(({ seed }) => seed)).toEqual(Array.from({ length: 18 }, (_, i) => 5 + i));
  const alone = await report('Once', '--max-tokens', '8', '--seed', '22');
  expect(alone.samples[0]).toEqual(samples[17]);
  const printed = await generate('Once', '--max-tokens', '8', '--samples', '2', '--seed', '5');
  const titles = printed.stdout.split('\n').filter((line) => line.startsWith('===='));
  expect(titles).toEqual([1, 2].map((number) => `${'='.repeat(40)} SAMPLE ${number} ${'='.repeat(40)}`));
  expect(
    printed.stdout
      .split(/={40} SAMPLE \d ={40}\n/)
      .slice(1)
      .map((text) => text.trimEnd()),
  ).toEqual(samples.slice(0, 2).map(({ text }) => text.trimEnd()));
});

test('default lengths are half the context behind a prompt, and all of it without one', async () => {
  const behind = await report('a', '--greedy');
  expect([behind.samples[0]!.tokens.length, behind.samples[0]!.ended]).toEqual([256, 'length']);
  const without = await report('--unconditional', '--seed', '2');
  expect(without.settings.maxTokens).toBe(512);
  expect(without.prompt).toEqual({ text: null, tokens: 1, truncatedTokens: 0 });
});

test('a text ends before a stop', async () => {
  const { samples } = await report('Once', '--max-tokens', '30', '--greedy');
  const { text } = samples[0]!;
  const stop = text.slice(5, 7);
  const [stopped] = (await report('Once', '--max-tokens', '30', '--greedy', '--stop', stop)).samples;
  expect(stopped!.text).toBe(text.slice(0, text.indexOf(stop)));
  expect(stopped!.ended).toBe('stop');
});

describe('the prompt comes from', () => {
  const expected = () => report('two\nlines\n', '--greedy', '--max-tokens', '5');

  test('a file', async () => {
    await writeFile(path.join(folder, 'prompt.txt'), 'two\nlines\n');
    expect((await report('--prompt-file', 'prompt.txt', '--greedy', '--max-tokens', '5')).samples).toEqual(
      (await expected()).samples,
    );
  });

  test('the GPT-2 paper, with its decoding unless another one is asked for', async () => {
    const withPreset = async (...args: string[]) => {
      const { stdout, stderr } = await generate('--preset', ...args, '--max-tokens', '5', '--json');
      expect(stderr).toMatch(/^GPT-2 paper, /);
      return JSON.parse(stdout) as Report;
    };
    const { prompt, settings } = await withPreset('gettysburg');
    expect(prompt.text).toMatch(/^Four score and seven years ago/);
    expect(settings.sampling).toEqual({ method: 'greedy' });
    const drawn = await withPreset('gettysburg', '--top-k', '0');
    expect(drawn.settings.sampling).toMatchObject({ method: 'sample', topK: 0 });
    const { settings: unicorns } = await withPreset('unicorns');
    expect(unicorns.sampling).toMatchObject({ method: 'sample', topK: 40, temperature: 1 });
  });

  test.each([[[]], [['-']]])('the standard input, line breaks included: %j', async (args) => {
    const bin = fileURLToPath(new URL('../../bin/gpt.js', import.meta.url));
    const child = spawn(
      process.execPath,
      [bin, 'generate', ...args, '--model', 'model', '--greedy', '--max-tokens', '5', '--json'],
      { cwd: folder, env: isolatedEnvironment(folder), stdio: ['pipe', 'pipe', 'ignore'] },
    );
    child.stdin.end('two\nlines\n');
    let stdout = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) stdout += chunk as string;
    expect((JSON.parse(stdout) as Report).samples).toEqual((await expected()).samples);
  });
});

test('a prompt that is no text is refused, not written with U+FFFD', async () => {
  await writeFile(path.join(folder, 'latin.txt'), Buffer.from('d\xe9j\xe0 vu, gar\xe7on', 'latin1'));
  const file = await generate('--prompt-file', 'latin.txt');
  expect(file.code).toBe(1);
  expect(file.stderr).toContain('latin.txt: byte 1: the file is not valid UTF-8 text; it looks like Latin-1');
  const argument = await generate('d\ufffdj\ufffd vu');
  expect(argument.code).toBe(2);
  expect(argument.stderr).toContain('The prompt holds U+FFFD');
});

test('a prompt that leaves no room is cut from the left, and that is said', async () => {
  const long = 'x'.repeat(600);
  const { stderr, code } = await generate(long, '--max-tokens', '10', '--greedy');
  expect(code).toBe(0);
  expect(stderr).toContain('The prompt of 600 tokens was cut from the left: only its last 502');
});

test('Ctrl-C stops between two tokens and leaves what was written', async () => {
  const run = await runGpt(
    ['generate', 'Once', '--model', 'model', '--samples', '100000', '--max-tokens', '400'],
    {
      cwd: folder,
      env: isolatedEnvironment(folder),
      onStart: (child) => child.stdout!.once('data', () => child.kill('SIGINT')),
    },
  );
  expect(run.code).toBe(130);
  expect(run.stdout).toContain('SAMPLE 1');
  expect(run.stdout.endsWith('\n')).toBe(true);
  expect(run.stderr).toContain('Interrupted.');
});

describe('what makes no sense exits with 2', () => {
  test.each([
    [['a', '--greedy', '--top-k', '3'], 'Leave out --greedy'],
    [['a', '--greedy', '--samples', '2'], 'always writes the same'],
    [['a', '--unconditional'], 'Only one of a prompt'],
    [['a', '--preset', 'unicorns'], 'Only one of a prompt'],
    [['--preset', 'dragons'], 'Allowed choices are unicorns, gettysburg'],
    [[], 'nothing to go on from'],
    [['a', '--temperature', '0'], '--greedy always takes the most probable token'],
    [['a', '--temperature', '-1'], 'must be a number from'],
    [['a', '--top-p', '1.5'], 'must be a number from'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await generate(...args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});
