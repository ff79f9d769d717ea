/** What a name that is none of its kind may mean: a name of another kind, as it is or nearly so. */
import type { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.js';
import { nearest } from '../suggest.js';
import { type NameKind, UnknownNameError } from '../unknown-name.js';

/** A name, what it is, and the command that takes it. */
interface KnownName {
  name: string;
  what: string;
  command: string;
  kind?: NameKind;
}

/** Every name of a task, group, table, figure, claim or model. Loaded only when a name was not found: it reads many files. */
async function knownNames(): Promise<KnownName[]> {
  const [
    { packagedModels },
    { registeredModels },
    { readClaims },
    { listExperiments },
    { figureIds },
    tasks,
    { textTables },
  ] = await Promise.all([
    import('../checkpoints/packaged.js'),
    import('../models/config.js'),
    import('../reports/claims/claim.js'),
    import('../reports/experiment.js'),
    import('../reports/figures/definition.js'),
    import('../tasks/index.js'),
    import('./table.js'),
  ]);
  const all = (names: readonly string[], what: string, command: string, kind?: NameKind): KnownName[] =>
    names.map((name) => ({ name, what, command: `gpt ${command} ${name}`, kind }));
  const tables = [...(await listExperiments()).map(({ id }) => id), ...Object.keys(textTables)];
  return [
    ...all(
      tasks.taskDefinitions.map(({ name }) => name),
      'a task',
      'eval',
      'task',
    ),
    ...all(
      tasks.finetuneTasks.map(({ name }) => name),
      'a task that a model is fine-tuned on',
      'finetune',
      'task',
    ),
    ...all(Object.keys(tasks.taskGroups), 'a group of tasks', 'eval', 'task'),
    ...all(
      Object.keys(tasks.finetuneGroups),
      'a group of tasks that a model is fine-tuned on',
      'finetune',
      'task',
    ),
    ...all(tables, 'a table', 'table', 'table'),
    ...all(await figureIds(), 'a figure', 'figure', 'figure'),
    ...all(
      (await readClaims()).claims.map(({ id }) => id),
      'a claim of the papers',
      'claims',
      'claim',
    ),
    ...all(
      [...packagedModels().keys(), ...registeredModels.map(({ name }) => name)],
      'a model',
      'generate --model',
      'model',
    ),
  ];
}

/** The error for a name that is not known, with what else it may mean; any other error comes back as it is. */
export async function explainUnknownName(error: unknown): Promise<unknown> {
  if (!(error instanceof UnknownNameError)) return error;
  const meant = await otherMeaning(error.given, error.kind);
  if (meant === undefined) return error;
  return new UsageError(`There is no ${error.kind} "${error.given}".${meant.question}`, { hint: meant.hint });
}

/** What a word that stands where a command should may mean: ` Did you mean …?` or nothing, and what to type. */
async function otherMeaning(
  given: string,
  kind?: NameKind,
): Promise<{ question: string; hint: string } | undefined> {
  const known = await knownNames();
  // Of names that are as near, one of the kind that was asked for comes first.
  const sorted = [...known.filter((one) => one.kind === kind), ...known.filter((one) => one.kind !== kind)];
  const exact = sorted.find(({ name }) => name.toLowerCase() === given.toLowerCase());
  const name =
    exact?.name ??
    nearest(
      given,
      sorted.map((one) => one.name),
    );
  const found = sorted.find((one) => one.name === name);
  // A near name of the same kind is what the error proposes already.
  if (found === undefined || (found.kind === kind && exact === undefined && kind !== 'table'))
    return undefined;
  const question = exact === undefined ? ` Did you mean ${found.name}?` : '';
  const numbers = found.kind === 'table' && kind === 'task' ? await commandsOf(found.name) : '';
  return { question, hint: `${found.name} is ${found.what}: "${found.command}".${numbers}` };
}

/** The command that measures what stands in a table. */
async function commandsOf(table: string): Promise<string> {
  const [{ readExperiment }, { lookUpDefinition }] = await Promise.all([
    import('../reports/experiment.js'),
    import('../tasks/find.js'),
  ]);
  const { textTables } = await import('./table.js');
  if (Object.hasOwn(textTables, table)) return '';
  const tasks = [...new Set((await readExperiment(table)).columns.map(({ task }) => task))];
  const command = tasks.every((task) => lookUpDefinition(task) !== undefined) ? 'eval' : 'finetune';
  return ` What stands in it is measured by "gpt ${command} ${tasks.join(' ')}".`;
}

/**
 * What an unknown command or option may mean that commander does not know of: the name of a task or table, an option of another
 * command. Undefined where commander has proposed something, or nothing is near.
 */
export async function adviseOnUsage(error: CommanderError, program: Command): Promise<string | undefined> {
  const [, word] = /^error: unknown (?:command|option) '([^']+)'/.exec(error.message) ?? [];
  if (word === undefined || error.message.includes('Did you mean')) return undefined;
  if (error.code === 'commander.unknownCommand') {
    const meant = await otherMeaning(word);
    return meant && `${meant.question}${meant.question && ' '}${meant.hint}`.trim();
  }
  const having = program.commands.filter(({ options }) =>
    options.some(({ long, short }) => word === long || word === short),
  );
  return having.length === 0
    ? undefined
    : `It is an option of ${having.map((command) => `gpt ${command.name()}`).join(', ')}.`;
}
