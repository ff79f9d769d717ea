import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { taskDefinitions } from '../tasks/index.js';
import { evalCommand } from './commands/eval.js';
import { pickTaskOptions, taskFlags } from './task-flags.js';

function parse(...words: string[]) {
  const command = new Command('eval').exitOverride();
  for (const { option } of evalCommand.flags) command.addOption(option);
  command.parse(['node', 'gpt', ...words]);
  return pickTaskOptions(command.opts());
}

describe('flags of task options', () => {
  test('every option of a task has a flag, and every flag is an option of some task', () => {
    const options = taskDefinitions.flatMap((definition) => definition.options.map(({ name }) => name));
    expect(taskFlags.map(({ name }) => name).sort()).toEqual([...new Set(options)].sort());
  });

  test('what was not given is no choice', () => {
    expect(parse()).toEqual({});
  });

  test('values go under the option’s own name, --no-hint is hint no', () => {
    expect(parse('--text', 'raw', '--answer-end', 'line', '--no-hint')).toEqual({
      text: 'raw',
      'answer-end': 'line',
      hint: 'no',
    });
  });

  test('a stride asks for windows that have one, unless other windows are named', () => {
    expect(parse('--stride', '32')).toEqual({ stride: '32', windows: 'stride' });
    expect(parse('--stride', '32', '--windows', 'rolling')).toMatchObject({ windows: 'rolling' });
  });
});
