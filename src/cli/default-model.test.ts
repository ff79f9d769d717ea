import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// No model in the cache and no hub.
test('tiny stands in for the default model in every command, in the same words', async () => {
  for (const [words, wanted] of [
    ['eval lambada --data sample --limit 2', 'gpt2'],
    ['generate Once --max-tokens 2', 'gpt2'],
    ['finetune rte --data sample --dry-run', 'gpt1'],
  ] as const) {
    const run = await runGpt(words.split(' '), { cwd: folder, env: isolatedEnvironment(folder) });
    expect(run.stderr).toContain(
      `${wanted} is not on this machine and the hub cannot be reached: using tiny, the small model that comes with gpt. Its numbers are not comparable with the paper's.`,
    );
    expect(run.code, words).toBe(0);
  }
});
