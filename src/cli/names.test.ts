import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolatedEnvironment, runGpt } from '../testing/run-gpt.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// No data and no hub: had either been looked for first, that would be the message.
test.each([
  ['eval gpt2-table3', 'gpt2-table3 is a table: "gpt table gpt2-table3".'],
  ['eval gpt2-table3', 'measured by "gpt eval lambada cbt-cn'],
  ['finetune gpt1-table4', 'measured by "gpt finetune cola'],
  ['finetune gpt2-paper', 'Try "gpt eval gpt2-paper".'],
  ['table reproductoin', 'Did you mean reproduction?'],
  ['table gpt1-tabel1', 'Did you mean gpt1-table1?'],
  ['table lambada', 'lambada is a task: "gpt eval lambada".'],
  ['table gpt2-figure1', 'gpt2-figure1 is a figure: "gpt figure gpt2-figure1".'],
  ['figure gpt2-table3', 'gpt2-table3 is a table'],
  ['lambada', 'lambada is a task: "gpt eval lambada".'],
  ['tiny', 'tiny is a model: "gpt generate --model tiny".'],
  ['eval lambada --layers 3', 'It is an option of gpt pretrain.'],
  ['eval lambada --modle tiny', 'Did you mean --model?'],
  ['tasks lamdaba', 'Did you mean lambada?'],
  ['eval lambada --model gpt2-meduim', 'Did you mean gpt2-medium?'],
  ['eval rte --model gpt2-meduim', 'Did you mean gpt2-medium?'],
  ['finetune rte --model gpt2-meduim', 'Did you mean gpt2-medium?'],
  ['download gpt2 gpt2-meduim', 'Did you mean gpt2-medium?'],
  ['download lambada wniograd', 'Did you mean winograd?'],
])('gpt %s', async (line, message) => {
  const { code, stdout, stderr } = await runGpt(line.split(' '), {
    cwd: folder,
    env: isolatedEnvironment(folder),
  });
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
