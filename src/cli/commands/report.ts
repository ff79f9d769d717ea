import { type CommandOptions, declareCommand } from '../command.js';
import { flag, opposite } from '../flag.js';
import { wholeNumber } from '../options.js';
import { json, results } from '../shared-flags.js';

/** With --no-examples it is false. */
const mostExamples: (text: string) => number | false = wholeNumber(1);

/** `gpt report`. */
export const reportCommand = declareCommand({
  name: 'report',
  description: 'everything about the results as one page for a browser: tables, figures, every example',
  flags: [
    flag('-o, --output <folder>', 'where to write index.html', { default: 'report' }),
    flag('--samples <file...>', 'examples of these files too, as --samples of eval and finetune writes them'),
    flag('--training <path...>', 'losses of these runs too: folders of pretrain, journals of finetune'),
    flag('--examples <n>', 'most examples of one run', {
      parse: mostExamples,
      default: 2000,
    }),
    opposite('--no-examples', 'numbers only: nothing that a data set or a model says'),
    flag('--prompts', 'what was asked in each example too, read again from data on this machine'),
    flag('--open', 'show it when it is written'),
    results,
    json,
  ],
  examples: [
    'gpt report --open',
    'gpt report --output public --no-examples',
    'gpt report --samples answers.jsonl --training my-model --examples 500',
  ],
});

/** Flags of `gpt report`. */
export type ReportOptions = CommandOptions<typeof reportCommand>;
