/** A command as it is declared, and what it is given when it runs. */
import { Argument, type Command } from 'commander';
import type { CommandContext } from './context.js';
import type { Flag, OptionsOf } from './flag.js';
import type { Output } from './output.js';

/** Everything that `--help` says about a command; `Options` is what its flags become, `Given` what its argument does. */
export interface CommandDeclaration<Options = unknown, Given = unknown> {
  name: string;
  description: string;
  argument?: DeclaredArgument<Given>;
  flags: readonly Flag[];
  /** Lines that can be typed as they are. */
  examples: readonly string[];
  /** Never there: it only carries the type. */
  type?: Options;
}

/** What a command is given beside its flags. */
export interface DeclaredArgument<Given = unknown> {
  argument: Argument;
  /** Never there: it only carries the type. */
  type?: Given;
}

/** The options of a declared command. */
export type CommandOptions<Declaration> =
  Declaration extends CommandDeclaration<infer Options> ? Options : never;

/** Declares a command; the type of its options follows from its flags. */
export function declareCommand<const Flags extends readonly Flag[], Given = undefined>(
  declaration: Omit<CommandDeclaration<unknown, Given>, 'flags' | 'type'> & { flags: Flags },
): CommandDeclaration<OptionsOf<Flags>, Given> {
  return declaration;
}

type GivenFor<Spelling extends string> = Spelling extends `${string}...${string}`
  ? string[]
  : Spelling extends `[${string}`
    ? string | undefined
    : string;

/** Declares an argument in commander's spelling: `<task...>`, `[id]`, `<model>`. */
export function argument<const Spelling extends string>(
  spelling: Spelling,
  says: string,
): DeclaredArgument<GivenFor<Spelling>> {
  return { argument: new Argument(spelling, says) };
}

/** Declares an argument that is one of some words. */
export function oneOf<const Choice extends string>(
  spelling: `<${string}>`,
  says: string,
  choices: readonly Choice[],
): DeclaredArgument<Choice> {
  return { argument: new Argument(spelling, says).choices(choices) };
}

/** Runs the command of these words, without the name of the program: what it does is told on stderr, stdout stays the caller's. */
export type RunCommand = (words: readonly string[]) => Promise<void>;

/** What every command of one call of the program is given. */
interface Call {
  output: Output;
  /** The words of the call, from `node` on. */
  argv: readonly string[];
  program: Command;
  run: RunCommand;
}

/** What the work of a command is given. */
export interface CommandCall<Options, Given> extends Call {
  given: Given;
  options: Options;
  /** Runs long work with a progress line; Ctrl-C lets it stop where nothing is lost. */
  interruptible(work: (context: CommandContext) => Promise<void>): Promise<void>;
}

/** A command with its work. */
export type RunnableCommand = (call: Call) => void;

/** The command that does this work; `work` imports what it needs, so that `gpt --help` is instant. Given a call, it is added to the program. */
export function runnable<Options, Given>(
  { name, description, argument: declared, flags, examples }: CommandDeclaration<Options, Given>,
  work: (call: CommandCall<Options, Given>) => Promise<void>,
): RunnableCommand {
  return (call) => {
    const command = call.program.command(name).description(description);
    if (declared !== undefined) command.addArgument(declared.argument);
    for (const { option } of flags) command.addOption(option);
    const lines = examples.map((line) => `  $ ${line}`).join('\n');
    command.addHelpText('after', `\nExamples:\n${lines}`);
    command.action(() => {
      const said = command.opts();
      const unsaid = flags
        .filter((flag) => flag.unsaid !== undefined && said[flag.option.attributeName()] === undefined)
        .map((flag) => [flag.option.attributeName(), flag.unsaid]);
      return work({
        ...call,
        given: command.processedArgs[0] as Given,
        options: { ...said, ...Object.fromEntries(unsaid) } as Options,
        interruptible: (long) => interruptible(call.output, long),
      });
    });
  };
}

async function interruptible(
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
