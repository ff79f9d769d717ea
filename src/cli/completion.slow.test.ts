import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturedOutput } from '../testing/captured-output.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { completionScript } from './completion.js';
import { completedCommands } from './completion-words.js';
import { createProgram } from './main.js';

const program = createProgram(capturedOutput().output, []);
const run = promisify(execFile);
const hasBash = await run('bash', ['--version']).then(
  () => true,
  () => false,
);

let folder = '';
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await mkdir(path.join(folder, 'my-model'));
  await writeFile(path.join(folder, 'my notes.txt'), '');
  await writeFile(path.join(folder, 'script.bash'), await completionScript('bash', program));
});
afterAll(() => rm(folder, { recursive: true }));

/** What bash offers behind those words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `source script.bash; COMP_WORDS=(gpt ${line}); COMP_CWORD=${words.length}; _gpt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script], { cwd: folder });
  return stdout.split('\n').filter((word) => word !== '');
}

describe.skipIf(!hasBash)('bash completes (needs bash)', () => {
  test.each([
    [['ver'], ['verify']],
    [
      ['eval', 'lamb'],
      ['lambada', 'lambada-original'],
    ],
    [['eval', 'gpt2-p'], ['gpt2-paper']],
    [['eval', 'rt'], ['rte']],
    [['finetune', 'glu'], ['glue']],
    [
      ['table', 'gpt2-table'],
      ['gpt2-table2', 'gpt2-table3', 'gpt2-table4', 'gpt2-table5', 'gpt2-table6'],
    ],
    [['figure', 'gpt2-figure1'], ['gpt2-figure1']],
    [['eval', 'lambada', '--mod'], ['--model']],
    [
      ['eval', 'lambada', '--model', 'gpt2-'],
      ['gpt2-medium', 'gpt2-large', 'gpt2-xl'],
    ],
    [
      ['eval', 'lambada', '-m', 'my'],
      ['my-model', 'my notes.txt'],
    ],
    [['eval', 'lambada', '--model', '=', 'gpt1'], ['gpt1']],
    [['eval', 'lambada', '--device', 'cp'], ['cpu']],
    [['table', 'gpt2-table3', '--format', 'l'], ['latex']],
    [
      ['eval', 'lambada', '--data', 's'],
      ['sample', 'script.bash'],
    ],
    [['eval', 'lambada', '--model', 'tiny', 'pt'], ['ptb']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['models', 'x'], []],
  ])('%j', async (words, expected) => {
    expect((await offered(...words)).sort()).toEqual([...expected].sort());
  });

  test('nothing but commands first, all of them', async () => {
    expect((await offered('')).slice(0, -2)).toEqual(program.commands.map((command) => command.name()));
  });
});

test('every command and flag is in the script of every shell', async () => {
  const commands = await completedCommands(program);
  const [bash, zsh, fish] = await Promise.all(
    (['bash', 'zsh', 'fish'] as const).map((shell) => completionScript(shell, program)),
  );
  for (const { name, options } of commands) {
    expect(fish).toContain(`-a ${name} -d `);
    for (const { long } of options) {
      expect(bash, `${name} ${long}`).toContain(long);
      expect(zsh, `${name} ${long}`).toContain(long);
      expect(fish, `${name} ${long}`).toContain(`__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}`);
    }
  }
});
