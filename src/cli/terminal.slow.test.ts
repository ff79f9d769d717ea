/** What a newcomer sees: headings, ends, signals. Real runs of the command on the sample with the model that comes along. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GptRunOptions, isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gpt = (line: string, options: GptRunOptions = {}) =>
  runGpt(line.split(' '), { cwd: folder, env: isolatedEnvironment(folder), ...options });

describe('gpt eval', () => {
  test('puts task and model above each table and all results at the end; a sample has no difference to the paper', async () => {
    const { code, stdout } = await gpt('eval lambada winograd --model tiny --data sample --limit 4');
    expect(code).toBe(0);
    for (const task of ['lambada', 'winograd'])
      expect(stdout).toContain(`\n${task} × tiny\n`.slice(task === 'lambada' ? 1 : 0));
    const [, summary] = stdout.split('All of them\n');
    expect(summary).toMatch(/│ lambada\s+│ tiny.*sample/);
    expect(summary).toMatch(/│ winograd\s+│ tiny.*sample/);
    expect(stdout).not.toContain('difference');
  });

  test('says that it goes on with an earlier run', async () => {
    const line = 'eval lambada --model tiny --data sample --batch-tokens 300 --results resumed';
    await gpt(line);
    const [name] = await readdir(path.join(folder, 'resumed', 'journals'));
    const journal = path.join(folder, 'resumed', 'journals', name!);
    const lines = (await readFile(journal, 'utf8')).split('\n');
    const firstBatch = lines.findIndex((text) => text.includes('"batch"'));
    await writeFile(journal, `${lines.slice(0, firstBatch + 1).join('\n')}\n`);
    const { stderr, code } = await gpt(line);
    expect(stderr).toMatch(/Going on after \d+ of 24 examples, whose answers are in /);
    expect(code).toBe(0);
  });

  test('refuses a stride beyond the context', async () => {
    const { code, stderr } = await gpt('eval wikitext2 --model tiny --data sample --stride 513');
    expect(stderr).toContain('--stride 513 is beyond the context of the model, 512 tokens.');
    expect(code).toBe(2);
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a command with %i', async (signal, expected) => {
  await writeFile(
    path.join(folder, 'text.txt'),
    'The raven saw the fox and the fox saw the raven.\n'.repeat(200),
  );
  const words =
    'pretrain text.txt --tokenizer train:280 --layers 1 --width 16 --heads 1 --context 16 --updates 100000';
  const { code } = await gpt(`${words} --output ${signal}`, {
    onStart: (child) => {
      child.stderr!.on('data', (text: string) => {
        if (text.includes('100,000 updates of')) child.kill(signal);
      });
    },
  });
  expect(code).toBe(expected);
});
