import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, dtypeOption, headsOption, numberFrom, wholeNumber } from './options.js';
import { promptPresets } from './prompt-presets.js';

/** Declares the flags of `gpt generate`; `GenerateFlags` says what they become. */
export function addGenerateFlags(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description);
  const all = [
    option('-m, --model <model>', 'registered name, hub id, folder or file'),
    option('--prompt-file <file>', 'file to go on from, instead of a prompt'),
    option('--preset <name>', 'a prompt of the GPT-2 paper, decoded as there').choices(
      Object.keys(promptPresets),
    ),
    option('--unconditional', 'go on from the beginning of a text, without a prompt (not GPT-1)').default(
      false,
    ),
    option(
      '--max-tokens <n>',
      'most tokens to write (default: half the context, unconditional all of it)',
    ).argParser(wholeNumber(1)),
    option('--top-k <k>', 'draw from the k most probable tokens, 0: from all (default: 40)').argParser(
      wholeNumber(0),
    ),
    option(
      '--top-p <p>',
      'draw from the most probable tokens that together have at most this probability (default: 1)',
    ).argParser(numberFrom(Number.MIN_VALUE, 1)),
    option(
      '--temperature <t>',
      'divides the logits: below 1 likely tokens become likelier (default: 1)',
    ).argParser(temperature),
    option('--greedy', 'always the most probable token').default(false),
    option('--seed <n>', 'sample i is drawn with seed + i')
      .argParser(wholeNumber(0, 2 ** 52))
      .default(1),
    option('--samples <n>', 'number of texts').argParser(wholeNumber(1, 1e6)).default(1),
    option(
      '--stop <text>',
      'end before this text, where "\\n" is a line break; may be given several times',
    ).argParser(collect),
    option('--tokenizer <mode>', 'how GPT-1 splits text')
      .choices(['original', 'huggingface'])
      .default('original'),
    headsOption(),
    dtypeOption(),
    option('--threads <n>', 'threads of one operation (default: one per core)').argParser(wholeNumber(1)),
  ];
  for (const one of all) command.addOption(one);
  return command;
}

/** A temperature of 0 would divide by it; what is meant by it has a flag of its own. */
function temperature(text: string): number {
  if (Number(text) === 0 && text.trim() !== '') {
    throw new InvalidArgumentError('It must be above 0; --greedy always takes the most probable token.');
  }
  return numberFrom(1e-3, 1e3)(text);
}
