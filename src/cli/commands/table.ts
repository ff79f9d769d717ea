import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json, results } from '../shared-flags.js';

/** `gpt table`. */
export const tableCommand = declareCommand({
  name: 'table',
  description: 'a table of the papers with our numbers in it',
  argument: argument('[id]', 'which one; without it they are listed'),
  flags: [
    flag('--format <format>', 'how to print it', {
      choices: ['terminal', 'markdown', 'csv', 'json', 'latex'],
      default: 'terminal',
    }),
    flag('--check <file>', 'compare a committed copy (.md, .csv, .json) instead of printing'),
    flag('--others', 'what others measured with the same models too, each with its setting and source'),
    results,
    json,
  ],
  examples: [
    'gpt table gpt2-table3',
    'gpt table gpt2-table3 --format markdown > table3.md',
    'gpt table reproduction   # every published number and ours',
    'gpt table gpt2-table3 --others   # with what others measured',
    'gpt table gpt2-table3 --check table3.md',
  ],
});

/** Flags of `gpt table`. */
export type TableOptions = CommandOptions<typeof tableCommand>;
