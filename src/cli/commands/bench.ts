import { type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { wholeNumber } from '../options.js';
import { device, heads, json, threads, weightsDtype } from '../shared-flags.js';

/** `gpt bench`. */
export const benchCommand = declareCommand({
  name: 'bench',
  description: 'how close to this machine’s peak scoring comes',
  flags: [
    flag('-m, --model <model>', 'registered name, hub id, folder or file', { default: 'gpt2' }),
    flag('--random', 'random weights of that size: same speed, no download'),
    heads,
    weightsDtype,
    device,
    threads,
    flag('--repeat <n>', 'measured runs of each case', { parse: wholeNumber(1), default: 5 }),
    flag('--train', 'measure training instead of scoring'),
    flag('--generate', 'measure writing instead of scoring'),
    json,
  ],
  examples: [
    'gpt bench --model gpt2 --random',
    'gpt bench --model gpt2-medium --random --threads 4 --json',
    'gpt bench --model gpt1 --random --train',
    'gpt bench --model gpt2 --random --generate',
    'gpt bench --model gpt2 --random --dtype q8',
  ],
});

/** Flags of `gpt bench`. */
export type BenchOptions = CommandOptions<typeof benchCommand>;
