/** An LSTM from text to a measured and fine-tuned model, as a user does it. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PretrainEvent } from '../pretraining/log.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { isolatedEnvironment, killRepeatedly, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
let env: Record<string, string>;
let wholeRunMs: number;
const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env });

const pretraining = (output: string, ...more: string[]) => [
  ...['pretrain', 'text', '--output', output, '--architecture', 'lstm', '--width', '32', '--units', '48'],
  ...['--context', '128', '--lengths', '32:0.5,128', '--tokenizer', 'train:300', '--hold-out', '0.1'],
  ...['--batch', '4', '--batch-tokens', '256', '--updates', '60', '--lr', '0.005', '--dropout', '0.1'],
  ...['--evaluations', '2', '--save-every', '0.002', '--threads', '1', ...more],
];

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = isolatedEnvironment(folder);
  const random = seededUniform(6);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  const sentence = () =>
    `${pick(['A', 'The'])} ${pick(['red', 'green', 'blue'])} ${pick(['boat sails', 'kite flies', 'drum sounds'])}.`;
  await mkdir(path.join(folder, 'text'));
  for (const name of ['a.txt', 'b.txt'])
    await writeFile(path.join(folder, 'text', name), Array.from({ length: 700 }, sentence).join('\n'));
  const start = performance.now();
  const whole = await gpt(...pretraining('whole'));
  wholeRunMs = performance.now() - start;
  expect(whole.stderr).toContain('lstm, 48 units × 32, context 128');
  expect(whole.code).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const readWeights = (output: string) => readFile(path.join(folder, output, 'model.safetensors'));

test(`its loss falls, and a run that was killed ends in the same weights${namedSeed}`, async () => {
  const log = await readFile(path.join(folder, 'whole', 'training', 'log.jsonl'), 'utf8');
  const losses = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PretrainEvent)
    .flatMap((event) => (event.kind === 'update' ? [event.loss] : []));
  expect(losses).toHaveLength(60);
  expect(losses[0]!).toBeGreaterThan(5);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! - 2);

  const options = { cwd: folder, env };
  const random = seededUniform(drawnSeed);
  const kills = await killRepeatedly(pretraining('killed'), options, { times: 4, wholeRunMs, random });
  expect(kills).toBeGreaterThan(0);
  const last = await runGpt(pretraining('killed'), options);
  expect(last.stderr).not.toContain('bug');
  expect(last.code).toBe(0);
  expect((await readWeights('killed')).equals(await readWeights('whole'))).toBe(true);
}, 120_000);

test.each([
  ['lambada', 'one answer'],
  ['cbt-cn', 'options'],
  ['wikitext2', 'a rolling perplexity'],
])(
  '%s measures it: %s',
  async (task) => {
    const { code, stderr } = await gpt(
      'eval',
      task,
      '--model',
      'whole',
      '--data',
      'sample',
      '--threads',
      '1',
    );
    expect(stderr).not.toContain('bug');
    expect(code).toBe(0);
    const [file] = (await readdir(path.join(folder, 'results'))).filter((name) =>
      name.startsWith(`${task}--`),
    );
    const result = JSON.parse(await readFile(path.join(folder, 'results', file!), 'utf8')) as {
      model: object;
      metrics: { value: number }[];
    };
    expect(result.model).toMatchObject({ config: { architecture: 'lstm', units: 48, vocabulary: 'gpt2' } });
    expect(result.metrics.every(({ value }) => Number.isFinite(value))).toBe(true);
    // Reading a result back checks its shape.
    expect((await gpt('table', 'gpt2-table3')).code).toBe(0);
  },
  60_000,
);

test('it is fine-tuned, and what comes out is an LSTM again', async () => {
  const args = ['--data', 'sample', '--epochs', '1', '--batch', '8', '--threads', '1', '--output', 'tuned'];
  const { code, stderr, stdout } = await gpt('finetune', 'rte', '--model', 'whole', ...args);
  expect(stderr).not.toContain('bug');
  expect(code).toBe(0);
  expect(stdout).toMatch(/accuracy/);
  const config = async (model: string) =>
    JSON.parse(await readFile(path.join(folder, model, 'config.json'), 'utf8')) as { vocab_size: number };
  const { vocab_size: before } = await config('whole');
  expect(await config('tuned')).toMatchObject({ model_type: 'lstm', n_units: 48, vocab_size: before + 3 });
  const written = await gpt('generate', 'A red', '--model', 'tuned', '--max-tokens', '5', '--threads', '1');
  expect(written.stderr).not.toContain('bug');
  expect(written.code).toBe(0);
}, 60_000);

test('sizes that an LSTM does not have are refused, and units of a GPT', async () => {
  const layers = await gpt(...pretraining('refused', '--layers', '2'));
  expect(layers.code).toBe(2);
  expect(layers.stderr).toContain('single layer and no heads');
  const units = await gpt('pretrain', 'text', '--output', 'refused', '--units', '8', '--updates', '1');
  expect(units.code).toBe(2);
  expect(units.stderr).toContain('A gpt2 model has no units');
});
