import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../results/result.js';
import { capturedOutput } from '../testing/captured-output.js';
import { type HubServer, startHubServer } from '../testing/hub-server.js';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder, writeTinyModel } from '../testing/tiny-model.js';
import { createProgram } from './main.js';

const commands = [
  ...['eval', 'generate', 'finetune', 'pretrain', 'merge', 'table', 'tasks', 'models', 'download'],
  ...['results', 'figure', 'report', 'compare', 'overlap', 'export', 'bench', 'doctor'],
];

let folder: string;
let hub: HubServer;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeTinyModel(path.join(folder, 'model'));
  hub = await startHubServer();
  const { HF_HUB_OFFLINE: _, ...online } = isolatedEnvironment(folder);
  env = { ...online, HF_ENDPOINT: hub.url };
  const read = (name: string) => readFile(path.join(folder, 'model', name));
  hub.commit({
    repo: 'someone/tiny-gpt2',
    files: {
      'config.json': await read('config.json'),
      'vocab.json': await read('vocab.json'),
      'merges.txt': await read('merges.txt'),
    },
    largeFiles: { 'model.safetensors': await read('model.safetensors') },
  });
  const passages = Array.from(
    { length: 5153 },
    (_, i) => `{"text": "passage number ${i} ends with a word"}\n`,
  );
  hub.commit({
    repo: 'EleutherAI/lambada_openai',
    type: 'dataset',
    files: { 'data/lambada_test.jsonl': passages.join('') },
  });
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env });

describe('help', () => {
  test('names every command', async () => {
    const { stdout, code } = await gpt('--help');
    for (const command of commands) expect(stdout).toContain(`  ${command} `);
    expect(code).toBe(0);
  });

  test.each(commands)('of %s has an example', async (command) => {
    const { stdout, code } = await gpt(command, '--help');
    expect(stdout).toMatch(new RegExp(`Examples:\n[^]*gpt ${command}`));
    expect(code).toBe(0);
  });
});

describe('a mistake on the command line exits with 2 and says what was meant', () => {
  test.each([
    [['evl', 'lambada'], 'Did you mean eval?'],
    [['eval'], "missing required argument 'task'"],
    [['eval', 'lamdaba'], 'Did you mean lambada?'],
    [['eval', 'lambada', '--model', 'gpt2-medum', '--data', 'sample'], 'Did you mean gpt2-medium?'],
    [['eval', 'lambada', '--limit', '0'], 'a whole number of at least 1'],
    [['eval', 'lambada', '--shard', '3/2'], 'i/n with 1 ≤ i ≤ n'],
    [['eval', 'lambada', '--device', 'gpu'], 'Allowed choices are auto, cpu'],
    [['table', 'gpt2-tabel3'], 'Did you mean gpt2-table3?'],
    [['download', 'gpt2-larg'], 'Did you mean gpt2-large?'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await gpt(...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('a model and the data come from the hub once, and are found again without a network', async () => {
  const args = ['eval', 'lambada', '--model', 'someone/tiny-gpt2', '--limit', '30', '--json'];
  const online = await gpt(...args);
  expect(online.stderr).not.toContain('error');
  const result = JSON.parse(online.stdout) as Result;
  expect(result.model.name).toBe('someone/tiny-gpt2');
  expect(result.data).toMatchObject({ source: 'hub', rows: 5153, complete: true });
  expect(result.counts.examples).toBe(30);
  const offline = await runGpt([...args, '--fresh'], { cwd: folder, env: { ...env, HF_HUB_OFFLINE: '1' } });
  expect((JSON.parse(offline.stdout) as Result).metrics).toEqual(result.metrics);
});

test('gpt download prints where things are', async () => {
  const { stdout, code } = await gpt('download', 'lambada', 'someone/tiny-gpt2');
  expect(stdout).toMatch(/^lambada: .*lambada_test\.jsonl\nsomeone\/tiny-gpt2: .*snapshots/);
  expect(code).toBe(0);
});

test('what the hub does not have is an error with the name of the repository', async () => {
  const { code, stderr } = await gpt('eval', 'lambada', '--data', 'sample', '--model', 'someone/nothing');
  expect(stderr).toContain('someone/nothing');
  expect(code).toBe(1);
});

test('an exported model gives the same numbers as its source', async () => {
  const exported = await gpt('export', 'model', '--output', 'exported');
  expect(exported.code).toBe(0);
  const [source, copy] = await Promise.all(
    ['model', 'exported'].map(async (model) => {
      const { stdout } = await gpt('eval', 'lambada', '--model', model, '--data', 'sample', '--json');
      return JSON.parse(stdout) as Result;
    }),
  );
  expect(copy!.model.format).toBe('onnx');
  copy!.metrics.forEach((metric, i) => {
    expect(metric.value / source!.metrics[i]!.value || 1).toBeCloseTo(1, 4);
  });
});

test('the samples of a run say what the model answered, in the order of the file', async () => {
  await gpt('eval', 'lambada', '--model', 'model', '--data', 'sample', '--samples', 'samples.jsonl');
  const records = (await readFile(path.join(folder, 'samples.jsonl'), 'utf8')).trim().split('\n');
  expect(records).toHaveLength(24);
  const [first] = records.map((line) => JSON.parse(line));
  expect(first).toMatchObject({ index: 0, target: ' loaf', scoredTokens: 5, continuation: ' loaf' });
  expect(first.prompt.length).toBeGreaterThan(100);
  await gpt(
    'eval',
    'lambada',
    '--model',
    'model',
    '--data',
    'sample',
    '--samples',
    'bare.jsonl',
    '--no-texts',
  );
  const [bare] = (await readFile(path.join(folder, 'bare.jsonl'), 'utf8')).split('\n');
  expect(JSON.parse(bare!)).toMatchObject({ index: 0, target: ' loaf' });
  expect(JSON.parse(bare!)).not.toHaveProperty('prompt');
});

test('a table with nothing of ours prints the published numbers and tells how to get ours', async () => {
  const { stdout, stderr, code } = await gpt('table', 'gpt2-table3', '--results', 'none');
  expect(stdout).toContain('35.13');
  expect(stderr).toContain('gpt eval lambada');
  expect(code).toBe(0);
});

test('nothing in a pipe is coloured, and stdout holds results only', async () => {
  const { stdout, stderr } = await gpt('eval', 'lambada', '--model', 'model', '--data', 'sample', '--fresh');
  expect(stdout).not.toContain('\u001b');
  expect(stderr).not.toContain('\u001b');
  expect(stdout).toMatch(/^lambada × local\/model@\w+\n┌/);
});

test('a broken data file is refused before a model is looked for', async () => {
  await writeFile(path.join(folder, 'broken.jsonl'), '{"text": "fine here"}\n{"text": 7}\n');
  const { code, stderr } = await gpt(
    'eval',
    'lambada',
    '--model',
    'someone/nothing',
    '--data',
    'broken.jsonl',
  );
  expect(stderr).toContain('broken.jsonl: line 2');
  expect(code).toBe(1);
});

test('every command with --results takes GPT_RESULTS as well', () => {
  const options = createProgram(capturedOutput().output, []).commands.flatMap((command) =>
    command.options.filter(({ long }) => long === '--results'),
  );
  expect(options.length).toBeGreaterThan(5);
  expect(new Set(options.map(({ envVar }) => envVar))).toEqual(new Set(['GPT_RESULTS']));
});
