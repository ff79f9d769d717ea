import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';
import { settingFlags } from '../finetuning/settings.js';
import { type FinetuneSettings, FROM_SCRATCH } from '../results/finetune-settings.js';
import { headsOption, numberFrom, wholeNumber } from './options.js';

/** Declares the flags of `gpt finetune`; `FinetuneOptions` says what they become. */
export function addFinetuneFlags(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description);
  const settings = settingFlags.map(({ key, flag, description, whole, least, most, default: value }) => {
    // Not commander's default: what the user did not say may still be said by --hparams.
    const shown = value === null ? description : `${description} (default: ${value})`;
    if (key === 'transferLayers') return option(flag, shown).argParser(wholeNumbers(least, most));
    return option(flag, shown).argParser((whole ? wholeNumber : numberFrom)(least, most));
  });
  const all = [
    option('-m, --model <model>', 'registered name, hub id, folder or file (default: gpt1)'),
    option('--lstm-model <model>', 'the LSTM of gpt1-ablations'),
    option('--data <path>', 'folder of the data set, or "sample" for the hand-written one'),
    option('--train-data <file>', 'file to train on, instead of the data set’s'),
    option('--dev-data <file>', 'file to measure on, instead of the data set’s'),
    ...settings,
    option('--from-scratch', 'take over no weights, only architecture and tokenizer').default(false),
    option('--with-scratch', 'beside each run one from scratch, with the same settings').default(false),
    option('--hparams <file>', 'JSON file with settings for all tasks and for single ones'),
    option('--seeds <list>', 'a run for each of these seeds: 1,2,3 or 1..10; mean and spread').argParser(
      wholeNumbers(0, 2 ** 32 - 1),
    ),
    option('--runs <n>', 'runs with consecutive seeds').argParser(wholeNumber(1)).default(1),
    option('--dry-run', 'only say what there is to do, and how long it would take').default(false),
    option('-o, --output <folder>', 'write the fine-tuned model there'),
    option('--threads <n>', 'threads of one operation (default: one per core)').argParser(wholeNumber(1)),
    option('--save-every <minutes>', 'time between two saved states')
      .argParser(numberFrom(0, 1e6))
      .default(5),
    option('--random', 'random weights of that size instead of the published ones').default(false),
    option('--tokenizer <mode>', 'how GPT-1 splits text')
      .choices(['original', 'huggingface'])
      .default('original'),
    headsOption(),
    option('--fresh', 'forget what an earlier run has computed').default(false),
    option(
      '--samples <file>',
      'write one JSON line per measured example: its texts, what is right, the answer',
    ),
    option('--no-texts', 'leave the texts out of --samples: they are the data set’s'),
  ];
  for (const one of all) command.addOption(one);
  return command;
}

/** The settings among the parsed flags: those that were given. Transferred layers, of which there may be several, are apart. */
export function pickSettings(flags: Partial<FinetuneSettings>): Partial<FinetuneSettings> {
  const given = settingFlags.filter(({ key }) => key !== 'transferLayers' && flags[key] !== undefined);
  return Object.fromEntries(given.map(({ key }) => [key, flags[key]]));
}

/** Numbers of transferred layers; none: as other settings say. Throws UsageError where two flags contradict each other. */
export function pickTransferLayers({
  transferLayers,
  fromScratch,
}: {
  transferLayers?: number[];
  fromScratch: boolean;
}): number[] {
  if (!fromScratch) return transferLayers ?? [];
  if (transferLayers === undefined) return [FROM_SCRATCH];
  throw new UsageError('--from-scratch takes over nothing, --transfer-layers something.', {
    hint: `--transfer-layers ${FROM_SCRATCH} is the same as --from-scratch; --with-scratch adds it to others.`,
  });
}

/** Most values of a list: a range that is longer was mistyped. */
const MOST_VALUES = 1000;

/** Parses whole numbers and ranges between commas, `-1,0..12`, each kept once, for commander. */
function wholeNumbers(least: number, most: number): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').flatMap((part) => {
      const [, first, last = first] = /^\s*(-?\d+)(?:\.\.(-?\d+))?\s*$/.exec(part) ?? [];
      const [from, to] = [Number(first ?? Number.NaN), Number(last ?? Number.NaN)];
      if (!(from >= least && to <= most && from <= to && to - from < MOST_VALUES)) {
        throw new InvalidArgumentError(
          `It must be whole numbers from ${least} to ${most}, for example 1,2,3 or 1..3.`,
        );
      }
      return Array.from({ length: to - from + 1 }, (_, place) => from + place);
    });
    return [...new Set(values)];
  };
}
