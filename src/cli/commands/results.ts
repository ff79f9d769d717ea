import { type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { numberFrom } from '../options.js';
import { json, results } from '../shared-flags.js';

/** `gpt results`. */
export const resultsCommand = declareCommand({
  name: 'results',
  description: 'the results so far; are the pages about them, and they themselves, still what comes out?',
  flags: [
    flag('--recompute <folder>', 'compute all results anew there, as far as models and data are here'),
    flag('--longest <minutes>', 'with --recompute: leave out what took longer when it was made', {
      parse: numberFrom(0, 100_000),
    }),
    flag('--take <folder>', 'take over the results of a folder that are new or differ'),
    flag('--write', 'write README.md and numbers.csv of the results, and their section of README.md'),
    flag('--check', 'fail where these do not follow from the results'),
    flag('--against <folder>', 'with --check: fail where fresh results differ by more than rounding'),
    results,
    json,
  ],
  examples: [
    'gpt results',
    'gpt results --write',
    'gpt results --recompute .gpt/fresh --check',
    'gpt results --check --against .gpt/fresh',
    'gpt results --take .gpt/fresh --write',
  ],
});

/** Flags of `gpt results`. */
export type ResultsOptions = CommandOptions<typeof resultsCommand>;
