import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModel } from '../runtime/open-model.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { isolatedEnvironment, killRepeatedly, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import type { PretrainEvent } from './log.js';

let folder: string;
let env: Record<string, string>;

/** A run of some seconds that saves after nearly every update, has short windows first and drops out. */
const args = (output: string, ...more: string[]) => [
  ...[
    'pretrain',
    'text',
    '--output',
    output,
    '--tokenizer',
    'train:300',
    '--hold-out',
    'c.txt',
    '--threads',
    '1',
  ],
  ...['--layers', '2', '--width', '32', '--heads', '2', '--context', '64', '--lengths', '32:0.5,64'],
  ...['--batch', '8', '--batch-tokens', '256', '--updates', '60', '--lr', '0.003', '--dropout', '0.1'],
  ...['--evaluations', '3', '--save-every', '0.002', ...more],
];

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  env = isolatedEnvironment(folder);
  const random = seededUniform(5);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  // Sentences with something to learn: the animal decides the verb.
  const animals = [
    ['dog', 'barks'],
    ['cat', 'purrs'],
    ['horse', 'gallops'],
    ['bird', 'sings'],
  ] as const;
  const sentence = () => {
    const [animal, verb] = pick(animals);
    return `The ${pick(['old', 'young', 'small', 'happy'])} ${animal} ${verb} ${pick(['now', 'here', 'at night'])}.`;
  };
  await mkdir(path.join(folder, 'text'));
  for (const [name, sentences] of [
    ['a.txt', 900],
    ['b.txt', 500],
    ['c.txt', 150],
  ] as const) {
    await writeFile(path.join(folder, 'text', name), Array.from({ length: sentences }, sentence).join('\n'));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = () => ({ cwd: folder, env });

/** The log without times. */
async function readTimeless(output: string): Promise<object[]> {
  const text = await readFile(path.join(folder, output, 'training', 'log.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as PretrainEvent), seconds: 0 }));
}

const readWeights = (output: string) => readFile(path.join(folder, output, 'model.safetensors'));

test(`a run killed again and again ends in the very weights and log of an undisturbed one${namedSeed}`, async () => {
  const start = performance.now();
  const undisturbed = await runGpt(args('whole'), options());
  const wholeRunMs = performance.now() - start;
  expect(undisturbed.stderr + undisturbed.stdout).toContain('held-out perplexity');
  expect(undisturbed.code).toBe(0);

  const random = seededUniform(drawnSeed);
  const kills = await killRepeatedly(args('killed'), options(), { times: 6, wholeRunMs, random });
  const last = await runGpt(args('killed'), options());
  expect(last.stderr).not.toContain('bug');
  expect(last.code).toBe(0);
  expect(kills).toBeGreaterThan(0);
  expect((await readWeights('killed')).equals(await readWeights('whole'))).toBe(true);
  expect(await readTimeless('killed')).toEqual(await readTimeless('whole'));
}, 240_000);

test('the model opens, and has learned from the text', async () => {
  const model = await openModel(path.join(folder, 'whole'));
  expect(model.notes).toEqual([]);
  expect(model.checkpoint.config).toMatchObject({ nLayer: 2, nEmbd: 32, nHead: 2, nCtx: 64 });
  const losses = (await readTimeless('whole')).filter(
    (event): event is Extract<PretrainEvent, { kind: 'update' }> => 'loss' in event,
  );
  expect(losses).toHaveLength(60);
  expect(losses[0]!.loss).toBeGreaterThan(Math.log(200));
  expect(losses.at(-1)!.loss).toBeLessThan(losses[0]!.loss - 1.5);
});

test('a finished run is not done again, and other settings do not mix with it', async () => {
  const again = await runGpt(args('whole', '--json'), options());
  expect(again.stderr).toContain('finished already');
  expect(JSON.parse(again.stdout)).toMatchObject({ totalUpdates: 60, wasComplete: true });
  const other = await runGpt(args('whole', '--lr', '0.001'), options());
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('lr 0.003 there, 0.001 here');
});

test('Ctrl-C saves, says how to go on, and ends with 130; a damaged newest state falls back to the one before', async () => {
  const stopped = await runGpt(args('stopped'), {
    ...options(),
    onStart: (child) => {
      let text = '';
      child.stderr?.on('data', function listener(piece: string) {
        text += piece;
        if (!text.includes('after 20 updates')) return;
        child.stderr?.off('data', listener);
        child.kill('SIGINT');
      });
    },
  });
  expect(stopped.stderr).toMatch(/Stopped after \d+ of 60 updates/);
  expect(stopped.stderr).toContain('run the same command again');
  expect(stopped.code).toBe(130);

  const states = (await readdir(path.join(folder, 'stopped', 'training'))).filter((name) =>
    name.startsWith('state'),
  );
  expect(states).toHaveLength(2);
  const updatesOf = async (name: string) => {
    const head = (await readFile(path.join(folder, 'stopped', 'training', name))).toString('latin1', 0, 400);
    return Number(/"updates":"(\d+)"/.exec(head)![1]);
  };
  const counts = await Promise.all(states.map(updatesOf));
  const newest = states[counts.indexOf(Math.max(...counts))]!;
  await truncate(path.join(folder, 'stopped', 'training', newest), 5000);
  const resumed = await runGpt(args('stopped'), options());
  expect(resumed.stderr).toContain(`${newest}`);
  expect(resumed.stderr).toContain(`Going on after update ${Math.min(...counts)} of 60`);
  expect(resumed.code).toBe(0);
  expect((await readWeights('stopped')).equals(await readWeights('whole'))).toBe(true);
}, 120_000);
