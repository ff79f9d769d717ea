import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { wholeNumber } from '../options.js';
import { format, heads, json, results, threads } from '../shared-flags.js';

/** `gpt compare`. */
export const compareCommand = declareCommand({
  name: 'compare',
  description: 'two models or more side by side: network, training, tokens, results, texts; fetches nothing',
  argument: argument('[model...]', 'registered names, folders or files (default: gpt1 gpt2)'),
  flags: [
    flag('--text <text>', 'the sentence that the tokenizers cut'),
    flag('--prompt <text>', 'let the models that are on this machine go on from it, with the same seed'),
    flag('--max-tokens <n>', 'most tokens of a text', { parse: wholeNumber(1), default: 60 }),
    flag('--seed <n>', 'seed of what is drawn at random', { parse: wholeNumber(0), default: 1 }),
    heads,
    threads,
    format,
    results,
    json,
  ],
  examples: [
    'gpt compare',
    'gpt compare tiny gpt2 --text "An unbelievable story" --prompt "It was late when"',
    'gpt compare gpt1 gpt2-xl --format markdown > compare.md',
  ],
});

/** Flags of `gpt compare`. */
export type CompareOptions = CommandOptions<typeof compareCommand>;
