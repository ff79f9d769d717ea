import { argument, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json } from '../shared-flags.js';

/** `gpt tasks`. */
export const tasksCommand = declareCommand({
  name: 'tasks',
  description: 'the benchmarks, where their data comes from, and what is on this machine',
  argument: argument(
    '[name]',
    'a task: how it is run and scored, its options, what the paper and others got',
  ),
  flags: [
    flag('--write <folder>', 'write the pages of all zero-shot tasks into a folder, as Markdown'),
    json,
  ],
  examples: ['gpt tasks', 'gpt tasks wikitext2', 'gpt tasks rte'],
});
