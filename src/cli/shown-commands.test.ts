import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { packagedModels } from '../checkpoints/packaged.js';
import { findRegisteredModel } from '../models/config.js';
import { readExperiment } from '../reports/experiment.js';
import { figureIds } from '../reports/figures/definition.js';
import { allTasks, findFinetuneTasks, findTasks, findTrainedTasks, lookUpDefinition } from '../tasks/find.js';
import { taskDefinitions } from '../tasks/index.js';
import { isBenchmarkFile } from '../tasks/own-benchmark.js';
import { capturedOutput } from '../testing/captured-output.js';
import {
  inlineCode,
  type ProjectDocument,
  readDocuments,
  type ShownCommand,
  shownCommands,
  simpleCommands,
} from '../testing/documents.js';
import { createProgram } from './main.js';
import { textTables } from './table.js';
import { pickTaskOptions, taskFlags } from './task-flags.js';

/** The program with commands that do nothing but remember what they were asked. */
function idleProgram(): { program: Command; asked: { name: string; args: unknown[]; flags: Flags }[] } {
  const program = createProgram(capturedOutput().output, ['node', 'gpt']);
  const asked: { name: string; args: unknown[]; flags: Flags }[] = [];
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  for (const command of program.commands) {
    command.action(() => {
      asked.push({ name: command.name(), args: command.processedArgs, flags: command.opts() });
    });
  }
  return { program, asked };
}

type Flags = Record<string, unknown>;

/** A name of ours, or one that says that the reader's own is meant: a path, a repository, `my-…`. */
const isModel = (name: string) =>
  packagedModels().has(name) || findRegisteredModel(name) !== undefined || /^my-|\//.test(name);

/** What is wrong with a name that the program would only look at when it runs. */
const checkNames: Record<string, (args: unknown[], flags: Flags) => unknown> = {
  async eval([names], flags) {
    // A benchmark file of the reader's own.
    const known = (names as string[]).filter((name) => !isBenchmarkFile(name));
    if (known.length > 0) findTrainedTasks(known) ?? (await findTasks(known, pickTaskOptions(flags)));
  },
  finetune: ([names]) => findFinetuneTasks(names as string[]),
  table: ([id]) =>
    id === undefined || Object.hasOwn(textTables, id as string) || readExperiment(id as string),
  figure: async ([id]) => {
    if (id !== undefined && !(await figureIds()).includes(id as string)) expect(id).toSatisfy(isModel);
  },
  tasks: ([name]) =>
    name === undefined || expect(lookUpDefinition(name as string), String(name)).toBeDefined(),
  download: ([names]) => {
    for (const name of names as string[]) {
      expect(name).toSatisfy((word: string) => isModel(word) || allTasks.some((task) => task.name === word));
    }
  },
  compare: ([names]) => {
    for (const name of names as string[]) expect(name).toSatisfy(isModel);
  },
  export: ([name]) => expect(name).toSatisfy(isModel),
};

/** Without the benchmark that docs/adding-a-task.md makes up. */
const withoutMadeUp = (names: readonly string[]) => names.filter((name) => name !== 'odd-word');

async function tryCommand({ words }: ShownCommand): Promise<void> {
  const { program, asked } = idleProgram();
  program.parse(['node', 'gpt', ...words]);
  const [{ name, args, flags } = { name: '', args: [], flags: {} }] = asked;
  await checkNames[name]?.(name === 'eval' ? [withoutMadeUp(args[0] as string[])] : args, flags);
  for (const model of [flags.model ?? [], flags.lstmModel ?? []].flat()) {
    if (model !== 'none') expect(model).toSatisfy(isModel);
  }
}

const documents = readDocuments();

const inlineCommands = (document: ProjectDocument): ShownCommand[] =>
  inlineCode(document).flatMap(({ place, code }) =>
    code.startsWith('gpt ') ? [{ place, words: simpleCommands(code)[0]!.slice(1) }] : [],
  );

describe('every command that a document shows is one that the program takes', () => {
  const shown = documents.map((document) => {
    // This page has its commands in tables.
    const inTables = document.file === 'docs/papers.md' ? inlineCommands(document) : [];
    return [document.file, [...shownCommands(document), ...inTables]] as const;
  });
  test.each(shown.filter(([, commands]) => commands.length > 0))('%s', async (_, commands) => {
    for (const command of commands) {
      await expect(
        tryCommand(command),
        `${command.place}: gpt ${command.words.join(' ')}`,
      ).resolves.toBeUndefined();
    }
  });

  test('docs/commands.md shows each command at least once', () => {
    const [, commands] = shown.find(([file]) => file === 'docs/commands.md')!;
    const names = new Set(commands.map(({ words }) => words[0]));
    const missing = idleProgram()
      .program.commands.map((command) => command.name())
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });
});

test('docs/commands.md lists each zero-shot task with what it lets one choose', () => {
  const page = documents.find(({ file }) => file === 'docs/commands.md')!;
  const rows = page.lines.filter((line) => line.startsWith('| [`') && line.includes('](tasks/'));
  const listed = rows.flatMap((row) => {
    const [, names = '', , choices = ''] = row.split('|');
    const definitions = Array.from(names.matchAll(/\[`([\w-]+)`\]/g), ([, name]) => lookUpDefinition(name!)!);
    const flags = definitions.flatMap(({ options }) =>
      options.map(({ name }) => taskFlags.find((flag) => flag.name === name)!.flag.split(' ')[0]!),
    );
    const shown = Array.from(choices.matchAll(/--[a-z-]+/g), ([flag]) => flag);
    // What is no option of a task is a flag of the command, such as --model none.
    const others = shown.filter((flag) => ['--model', '--dictionary'].includes(flag));
    expect(new Set(shown), names).toEqual(new Set([...flags, ...others]));
    return definitions.map(({ name }) => name);
  });
  expect(listed.sort()).toEqual(taskDefinitions.map(({ name }) => name).sort());
});

describe('every flag that a text names exists', () => {
  const { program } = idleProgram();
  const flagsOf = (command: Command) => command.options.flatMap(({ long, short }) => [long, short]);
  const known = new Set([...program.commands.flatMap(flagsOf), '--help', '--version']);
  test.each(documents.map((document) => [document.file, inlineCode(document)] as const))('%s', (_, codes) => {
    const wrong = codes.flatMap(({ place, code }) => {
      const [words = []] = simpleCommands(code);
      const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
      const called = words[0] === 'gpt' ? words[1] : undefined;
      const command = program.commands.find((candidate) => candidate.name() === called);
      if (called !== undefined && /^[a-z]+$/.test(called) && command === undefined)
        return [`${place}: ${code}`];
      // Behind the name of another program, flags are its own.
      if (called === undefined && !words[0]?.startsWith('--')) return [];
      const expected = command === undefined ? known : new Set([...flagsOf(command), '--help']);
      return flags.filter((flag) => !expected.has(flag)).map((flag) => `${place}: ${flag}`);
    });
    expect(wrong).toEqual([]);
  });
});

test('lines of a shell are cut as a shell does', () => {
  expect(simpleCommands('A=b gpt eval "a b" --x \'c\' # why | not')).toEqual([
    ['A=b', 'gpt', 'eval', 'a b', '--x', 'c'],
  ]);
  expect(simpleCommands('printf "Q\\n" | gpt generate --stop "\\n" > out.txt')).toEqual([
    ['printf', 'Q\\n'],
    ['gpt', 'generate', '--stop', '\\n'],
    ['out.txt'],
  ]);
});

test('a wrong command, flag or name is found', async () => {
  const wrong = [
    ['evaluate', 'lambada'],
    ['eval', 'lambada', '--models', 'gpt2'],
    ['eval', 'lamdaba'],
    ['eval', 'lambada', '--text', 'raw'],
    ['eval', 'lambada', '--model', 'gpt3'],
    ['finetune', 'rt'],
    ['table', 'gpt2-table9'],
    ['figure', 'gpt2-figure9'],
    ['download', 'gpt2', 'lamda'],
    ['compare', 'gpt1', 'gpt4'],
  ];
  for (const words of wrong) {
    await expect(tryCommand({ place: 'here', words }), words.join(' ')).rejects.toThrow();
  }
});
