import { settingFlags } from '../../finetuning/settings.js';
import type { FinetuneSettings } from '../../results/finetune-settings.js';
import { argument, type CommandOptions, declareCommand } from '../command.js';
import { type Flag, flag } from '../flag.js';
import { numberFrom, wholeNumber, wholeNumbers } from '../options.js';
import { gpt1Tokenizer, heads, json, random, results, threads } from '../shared-flags.js';

/** The settings as flags; of layers several can be named. */
type SettingOptions = Partial<Omit<FinetuneSettings, 'transferLayers'>> & { transferLayers?: number[] };

const settings = settingFlags.map((setting): Flag<SettingOptions> => {
  const { key, flag: spelling, description, whole, least, most, default: value } = setting;
  const parse = key === 'transferLayers' ? wholeNumbers : whole ? wholeNumber : numberFrom;
  // Not the flag's own default: what the user did not say may still be said by --hparams.
  const says = value === null ? description : `${description} (default: ${value})`;
  return flag(spelling, says, { parse: parse(least, most) });
});

/** `gpt finetune`. */
export const finetuneCommand = declareCommand({
  name: 'finetune',
  description: 'train a model on a task as the GPT-1 paper does, and print ours beside the paper’s',
  argument: argument('<task...>', 'tasks (see "gpt tasks"), or glue, gpt1-paper, gpt1-ablations'),
  flags: [
    flag('-m, --model <model>', 'registered name, hub id, folder or file (default: gpt1)'),
    flag('--lstm-model <model>', 'the LSTM of gpt1-ablations'),
    flag('--data <path>', 'folder of the data set, or "sample" for the hand-written one'),
    flag('--train-data <file>', 'file to train on, instead of the data set’s'),
    flag('--dev-data <file>', 'file to measure on, instead of the data set’s'),
    ...settings,
    flag('--from-scratch', 'take over no weights, only architecture and tokenizer'),
    flag('--with-scratch', 'beside each run one from scratch, with the same settings'),
    flag('--hparams <file>', 'JSON file with settings for all tasks and for single ones'),
    flag('--seeds <list>', 'a run for each of these seeds: 1,2,3 or 1..10; mean and spread', {
      parse: wholeNumbers(0, 2 ** 32 - 1),
      unsaid: [],
    }),
    flag('--runs <n>', 'runs with consecutive seeds', { parse: wholeNumber(1), default: 1 }),
    flag('--dry-run', 'only say what there is to do, and how long it would take'),
    flag('-o, --output <folder>', 'write the fine-tuned model there'),
    threads,
    flag('--save-every <minutes>', 'time between two saved states', {
      parse: numberFrom(0, 1e6),
      default: 5,
    }),
    random,
    gpt1Tokenizer,
    heads,
    flag('--fresh', 'forget what an earlier run has computed'),
    flag(
      '--samples <file>',
      'write one JSON line per measured example: its texts, what is right, the answer',
    ),
    flag('--no-texts', 'leave the texts out of --samples: they are the data set’s'),
    results,
    json,
  ],
  examples: [
    'gpt finetune rte',
    'gpt finetune rte --model gpt2 --seeds 1,2,3',
    'gpt finetune mnli --transfer-layers 0..12 --dry-run',
    'gpt finetune glue --with-scratch --hparams settings.json',
    'gpt finetune rte --model ./my-checkpoint --data sample --epochs 1 --output ./rte-model',
  ],
});

/** Flags of `gpt finetune`. */
export type FinetuneFlags = CommandOptions<typeof finetuneCommand>;
