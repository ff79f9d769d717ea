/** What the declarations of commands share. */
import { type Command, Option } from 'commander';
import { deviceNames } from '../runtime/devices.js';
import type { CommandContext } from './context.js';
import type { Output } from './output.js';

/** Where a command writes, the words it was called with, and options that many commands have. */
export interface CommandKit {
  output: Output;
  argv: readonly string[];
  json(): Option;
  device(): Option;
  results(): Option;
  /** Runs another command of the program from within one: what it does is told on stderr, stdout stays the caller's. */
  run: RunCommand;
  /** Adds examples to the help of a command. */
  example(command: Command, ...lines: string[]): Command;
}

/** Runs the command of these words, without the name of the program. */
export type RunCommand = (words: readonly string[]) => Promise<void>;

/** The kit for one call of the program; `run` as in the kit. */
export function commandKit(output: Output, argv: readonly string[], run: RunCommand): CommandKit {
  return {
    output,
    argv,
    run,
    json: () => new Option('--json', 'print JSON instead of tables').default(false),
    device: () =>
      new Option('--device <device>', 'where to compute').choices([...deviceNames]).default('cpu'),
    results: () =>
      new Option('--results <folder>', 'folder of result files').env('GPT_RESULTS').default('results'),
    example: (command, ...lines) =>
      command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`),
  };
}

/** Runs a long command with a progress line; Ctrl-C lets it stop where nothing is lost. */
export async function interruptible(
  output: Output,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const [{ listenForInterrupt }, { startProgress }] = [
    await import('./interrupt.js'),
    await import('./progress.js'),
  ];
  const line = await startProgress();
  const { signal, dispose } = listenForInterrupt(() =>
    line.note('Stopping after what is under way; Ctrl-C again stops at once.'),
  );
  try {
    await work({ output, line, signal, env: process.env });
  } finally {
    line.clear();
    dispose();
  }
}
