/**
 * The command line: which commands there are, their flags, and what becomes of an error. The work of each command is
 * imported only when it runs, so that `gpt --help` is instant.
 */
import { Command, CommanderError } from 'commander';
import { UserError } from '../errors.js';
import type { RunCommand } from './command.js';
import { commands } from './commands/index.js';
import { toolVersion } from './environment.js';
import { interruptedCode } from './interrupt.js';
import { type Output, processOutput } from './output.js';
import { explainOutputError, explainSystemError } from './system-error.js';

/** Runs the command line and sets the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted (143 by SIGTERM). */
export async function runMain(argv: string[]): Promise<void> {
  const output = processOutput(process);
  // Whoever reads our output may stop early (`gpt table | head`): that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.exit(reportError(explainOutputError(error), output));
  });
  // Nor can anything be said where nobody listens: the exit code is what is left.
  process.stderr.on('error', () => {});
  const program = createProgram(output, argv);
  try {
    // Without a word, in a terminal, the question is what can be done here; in a pipe it is a mistake, as before.
    if (argv.length === 2 && process.stdout.isTTY) {
      const { lookAround, renderWelcome } = await import('./welcome.js');
      const { wrapLines } = await import('../reports/grid.js');
      const welcome = renderWelcome(await lookAround(process.env.GPT_RESULTS || 'results', process.env));
      output.out(wrapLines(welcome, output.columns));
      return;
    }
    await program.parseAsync(argv);
  } catch (error) {
    const { adviseOnUsage, explainUnknownName } = await import('./names.js');
    const code = reportError(await explainUnknownName(error), output);
    process.exitCode = code === 130 ? interruptedCode() : code;
    const advice = error instanceof CommanderError ? await adviseOnUsage(error, program) : undefined;
    if (advice !== undefined) output.err(advice);
  }
}

/** Prints an error the way its kind wants and returns the exit code. A bug shows its stack. */
export function reportError(thrown: unknown, output: Output): number {
  const error = explainSystemError(thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it already
  if (error instanceof UserError) {
    output.err(`${error.exitCode === 130 ? '' : 'error: '}${error.message}`);
    if (error.hint !== undefined) output.err(error.hint);
    return error.exitCode;
  }
  output.err(`This is a bug in gpt ${toolVersion()}, please report it:`);
  output.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** The program with all its commands. */
export function createProgram(output: Output, argv: readonly string[]): Command {
  const program = new Command('gpt')
    .description(
      'Re-runs the experiments of the GPT-1 and GPT-2 papers and prints the numbers beside the published ones.',
    )
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeOut: output.write, writeErr: output.err })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError();
  const quiet = { ...output, out: () => {}, write: () => {} };
  const run: RunCommand = async (words) => {
    const line = ['node', 'gpt', ...words];
    await createProgram(quiet, line).parseAsync(line);
  };
  for (const add of commands) add({ output, argv, program, run });
  return program;
}
