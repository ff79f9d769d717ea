import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await mkdir(path.join(folder, 'dir'));
  await writeFile(path.join(folder, 'text.txt'), 'one two three');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gpt = (...args: string[]) => runGpt(args, { cwd: folder, env: isolatedEnvironment(folder) });

describe('a file that cannot be written is found before anything is opened', () => {
  // There is no such model: had it been looked for first, that would be the message.
  test.each([
    [['eval', 'lambada', '--model', './no-model', '--data', 'sample', '--samples', 'no/where'], '--samples'],
    [['eval', 'lambada', '--model', './no-model', '--data', 'sample', '--samples', 'dir'], '--samples'],
    [['eval', 'rte', '--model', './no-model', '--data', 'sample', '--samples', 'no/where'], '--samples'],
    [['finetune', 'rte', '--model', './no-model', '--data', 'sample', '--samples', 'no/where'], '--samples'],
    [['eval', 'rte', '--model', './no-model', '--data', 'x.tsv', '--predict', 'no/where'], '--predict'],
    [['overlap', '--test', 'text.txt', '--train', 'dir', '--examples', 'no/where'], '--examples'],
  ])('%j', async (args, option) => {
    const { code, stderr } = await gpt(...args);
    expect(stderr).toMatch(
      new RegExp(`${option} (no/where|dir) cannot be written: (there is no folder|it is a folder)`),
    );
    expect(code).toBe(1);
  });
});

test('what several runs would write over each other is refused', async () => {
  const start = ['eval', 'lambada', '--model', 'tiny', '--model', 'mini-gpt2-2x64', '--data', 'sample'];
  const { code, stderr } = await gpt(...start, '--samples', 'a.jsonl');
  expect(stderr).toContain('--samples takes what one run gives, and there are 2 of them.');
  expect(code).toBe(2);
});
