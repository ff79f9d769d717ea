/** What a shell can complete: the commands of the program as they are declared, and the names that they take. */
import type { Command, Option } from 'commander';
import { packagedModels } from '../checkpoints/packaged.js';
import { registeredModels } from '../models/config.js';
import { readClaims } from '../reports/claims/claim.js';
import { listExperiments } from '../reports/experiment.js';
import { figureIds } from '../reports/figures/definition.js';
import { finetuneGroups, finetuneTasks, taskDefinitions, taskGroups } from '../tasks/index.js';
import { shells } from './commands/completion.js';
import { textTables } from './table.js';

/** What may stand in a place of the command line. */
export interface Words {
  names: readonly string[];
  /** Any file or folder as well. */
  files: boolean;
}

/** An option of a command. */
export interface CompletedOption {
  /** `--model`. */
  long: string;
  /** `-m`. */
  short?: string;
  description: string;
  /** Absent for one that takes no value. */
  value?: Words;
}

/** A command with its options, and what it is given beside them. */
export interface CompletedCommand {
  name: string;
  description: string;
  options: CompletedOption[];
  arguments: Words;
}

/** Lists of names. */
interface Names {
  models: string[];
  zeroShot: string[];
  trained: string[];
  tables: string[];
  figures: string[];
  claims: string[];
  shells: string[];
}

const anyFile: Words = { names: [], files: true };
const noWords: Words = { names: [], files: false };

/** All commands of the program. */
export async function completedCommands(program: Command): Promise<CompletedCommand[]> {
  const names: Names = {
    models: [...packagedModels().keys(), ...registeredModels.map(({ name }) => name)],
    zeroShot: [...taskDefinitions.map(({ name }) => name), ...Object.keys(taskGroups)],
    trained: [...finetuneTasks.map(({ name }) => name), ...Object.keys(finetuneGroups)],
    tables: [...(await listExperiments()).map(({ id }) => id), ...Object.keys(textTables)],
    figures: await figureIds(),
    claims: (await readClaims()).claims.map(({ id }) => id),
    shells: [...shells],
  };
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...command.options, ...program.options].flatMap((option) => completedOption(option, names)),
    arguments: argumentsOf(command, names),
  }));
}

/** By the name of the command: what its argument is, its declaration says only in words. */
function argumentsOf(command: Command, names: Names): Words {
  if (command.registeredArguments.length === 0) return noWords;
  const models = { names: names.models, files: true };
  switch (command.name()) {
    case 'eval':
      return { names: [...names.zeroShot, ...finetunedOnly(names)], files: false };
    case 'finetune':
      return { names: names.trained, files: false };
    case 'tasks':
      return { names: [...new Set([...names.zeroShot, ...names.trained])], files: false };
    case 'download':
      return { names: [...new Set([...names.models, ...names.zeroShot, ...names.trained])], files: false };
    case 'table':
      return { names: names.tables, files: false };
    case 'figure':
      return { names: names.figures, files: true };
    case 'claims':
      return { names: names.claims, files: false };
    case 'verify':
    case 'compare':
    case 'export':
      return models;
    case 'completion':
      return { names: names.shells, files: false };
    default:
      return anyFile;
  }
}

/** `gpt eval` measures fine-tuned models on one task at a time, not on groups. */
function finetunedOnly({ trained }: Names): string[] {
  return trained.filter((name) => finetuneTasks.some((task) => task.name === name));
}

function completedOption(option: Option, names: Names): CompletedOption[] {
  const { long, short, description, required, optional, argChoices } = option;
  if (!long || option.hidden) return [];
  const base = { long, ...(short ? { short } : {}), description };
  if (!required && !optional) return [base];
  return [{ ...base, value: valueWords(long, argChoices, names) }];
}

function valueWords(long: string, choices: readonly string[] | undefined, names: Names): Words {
  if (choices !== undefined) return { names: choices, files: false };
  switch (long) {
    case '--model':
    case '--lstm-model':
      return { names: names.models, files: true };
    case '--as':
      return { names: names.models, files: false };
    case '--data':
      return { names: ['sample'], files: true };
    default:
      return anyFile;
  }
}
