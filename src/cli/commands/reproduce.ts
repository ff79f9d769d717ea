import { type CommandOptions, declareCommand, oneOf } from '../command.js';
import { flag } from '../flag.js';
import { json, results, threads } from '../shared-flags.js';

/** `gpt reproduce`. */
export const reproduceCommand = declareCommand({
  name: 'reproduce',
  description: 'run every experiment of both papers with a family of small models',
  argument: oneOf('<plan>', 'which plan', ['mini']),
  flags: [
    flag('--only <name...>', 'what is for these tables, figures or claims, or of these tasks or models', {
      unsaid: [],
    }),
    flag('--quick', 'the smallest models on the samples: minutes, without data or network'),
    flag('--dry-run', 'only say what there is to do, and how long it would take here'),
    flag('--data-dir <folder>', 'folder of the real files; without it the samples', { env: 'GPT_DATA_DIR' }),
    flag('--folder <folder>', 'what it makes beside results, and how far it came', { default: '.gpt/mini' }),
    threads,
    flag('--fresh', 'begin anew: forget what an earlier run has computed'),
    results,
    json,
  ],
  examples: [
    'gpt reproduce mini --dry-run',
    'gpt reproduce mini --quick',
    'gpt reproduce mini --only gpt2-table3 --data-dir data',
  ],
});

/** Flags of `gpt reproduce`. */
export type ReproduceOptions = CommandOptions<typeof reproduceCommand>;
