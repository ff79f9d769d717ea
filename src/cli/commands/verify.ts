import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { heads, json, results, threads, weightsDtype } from '../shared-flags.js';

/** `gpt verify`. */
export const verifyCommand = declareCommand({
  name: 'verify',
  description:
    'hold models against what others published: files, tokens, texts, losses, gradients, benchmarks',
  argument: argument(
    '[model...]',
    'names, hub ids, folders or files (default: every published model on this machine)',
  ),
  flags: [
    flag('--as <model>', 'whose published facts (default: by name, else by its sizes)'),
    flag('--fetch', 'download what is not on this machine'),
    flag('--ladder', 'go on with whole benchmarks, the cheapest first: minutes to hours'),
    heads,
    weightsDtype,
    threads,
    results,
    json,
  ],
  examples: [
    'gpt verify tiny',
    'gpt verify gpt2 --fetch   # downloads 548 MB, then takes a minute',
    'gpt verify gpt2 --ladder',
  ],
});

/** Flags of `gpt verify`. */
export type VerifyOptions = CommandOptions<typeof verifyCommand>;
