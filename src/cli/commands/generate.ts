import { InvalidArgumentError } from 'commander';
import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { collect, numberFrom, wholeNumber } from '../options.js';
import { type PresetName, promptPresets } from '../prompt-presets.js';
import { device, dtype, gpt1Tokenizer, heads, json, threads } from '../shared-flags.js';

/** `gpt generate`. */
export const generateCommand = declareCommand({
  name: 'generate',
  description: 'let a model write: go on from a prompt, or from nothing',
  argument: argument('[prompt]', 'text to go on from; "-", or none: what is piped in, line breaks included'),
  flags: [
    flag('-m, --model <model>', 'registered name, hub id, folder or file'),
    flag('--prompt-file <file>', 'file to go on from, instead of a prompt'),
    flag('--preset <name>', 'a prompt of the GPT-2 paper, decoded as there', {
      choices: Object.keys(promptPresets) as PresetName[],
    }),
    flag('--unconditional', 'go on from the beginning of a text, without a prompt (not GPT-1)'),
    flag('--max-tokens <n>', 'most tokens to write (default: half the context, unconditional all of it)', {
      parse: wholeNumber(1),
    }),
    flag('--top-k <k>', 'draw from the k most probable tokens, 0: from all (default: 40)', {
      parse: wholeNumber(0),
    }),
    flag(
      '--top-p <p>',
      'draw from the most probable tokens that together have at most this probability (default: 1)',
      { parse: numberFrom(Number.MIN_VALUE, 1) },
    ),
    flag('--temperature <t>', 'divides the logits: below 1 likely tokens become likelier (default: 1)', {
      parse: temperature,
    }),
    flag('--greedy', 'always the most probable token'),
    flag('--seed <n>', 'sample i is drawn with seed + i', { parse: wholeNumber(0, 2 ** 52), default: 1 }),
    flag('--samples <n>', 'number of texts', { parse: wholeNumber(1, 1e6), default: 1 }),
    flag('--stop <text>', 'end before this text, where "\\n" is a line break; may be given several times', {
      parse: collect,
    }),
    gpt1Tokenizer,
    heads,
    dtype,
    threads,
    device,
    json,
  ],
  examples: [
    'gpt generate "In a shocking finding,"',
    'gpt generate --model gpt2-medium --unconditional --samples 4 --seed 7',
    'gpt generate --prompt-file story.txt --max-tokens 100 --top-k 0 --top-p 0.9 --temperature 0.8',
    'printf "Q: Who wrote Hamlet?\\nA:" | gpt generate --greedy --stop "\\n" --json',
  ],
});

/** Flags of `gpt generate`. */
export type GenerateOptions = CommandOptions<typeof generateCommand>;

/** A temperature of 0 would divide by it; what is meant by it has a flag of its own. */
function temperature(text: string): number {
  if (Number(text) === 0 && text.trim() !== '') {
    throw new InvalidArgumentError('It must be above 0; --greedy always takes the most probable token.');
  }
  return numberFrom(1e-3, 1e3)(text);
}
