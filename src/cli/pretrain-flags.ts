import { type Command, Option } from 'commander';
import { numberFrom, wholeNumber } from './options.js';

/** Declares the flags of `gpt pretrain`; `PretrainOptions` says what they become. */
export function addPretrainFlags(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description);
  const count = (flags: string, description: string) => option(flags, description).argParser(wholeNumber(1));
  const real = (flags: string, description: string, least: number, most: number) =>
    option(flags, description).argParser(numberFrom(least, most));
  const all = [
    option('-o, --output <folder>', 'folder of the model').makeOptionMandatory(),
    option('--config <file>', 'sizes: a JSON file, or the name of a registered model'),
    option('--architecture <name>', 'kind of model (default: gpt2)').choices(['gpt2', 'gpt1', 'lstm']),
    count('--layers <n>', 'blocks of a GPT (default: 6)'),
    count('--width <n>', 'channels (default: 256)'),
    count('--heads <n>', 'attention heads (default: one for each 64 channels)'),
    count('--units <n>', 'units of an LSTM (default: twice the width)'),
    option('--context <n>', 'positions (default: 512)').argParser(wholeNumber(2)),
    option('--tokenizer <which>', 'gpt2, gpt1, a folder, or train:N to learn N symbols').default(
      'train:8000',
    ),
    option('--hold-out <names...>', 'documents to measure on, or a share of the text (default: 0.05)'),
    count('--updates <n>', 'train for so many updates'),
    real('--epochs <n>', 'train until the text was read so many times', 1e-6, 1e6),
    real('--minutes <n>', 'train for about that long', 0.01, 1e6),
    count('--batch <n>', 'windows of the full context in an update').default(16),
    option('--lengths <list>', 'shorter windows first, as in 128:0.6,512 (default: the context)'),
    real('--lr <rate>', 'peak learning rate', 0, 1).default(1e-3),
    real('--warmup <share>', 'share of the updates during which the rate rises', 0, 1).default(0.02),
    real('--weight-decay <weight>', 'decay of matrices', 0, 1).default(0.1),
    real('--beta2 <decay>', 'decay of Adam’s second moment', 0, 0.999999).default(0.95),
    real('--dropout <p>', 'dropout of embeddings, attention and branches', 0, 0.99).default(0),
    real('--max-grad-norm <norm>', 'gradients are scaled down to this norm', 0, 1e9).default(1),
    real('--init-std <std>', 'spread of the initial matrices (default: 0.02, as in the papers)', 1e-6, 1),
    option('--seed <n>', 'of weights, order, dropout and samples').argParser(wholeNumber(0)).default(1),
    count('--batch-tokens <n>', 'tokens in one pass; more is faster and takes more memory').default(4096),
    count('--evaluations <n>', 'how often the model is measured, sampled and written').default(10),
    real('--save-every <minutes>', 'time between two saved states', 0, 1e6).default(5),
    count('--keep-every <updates>', 'leave the model of every so many updates in <output>/checkpoints'),
    option('--prompt <text>', 'what samples continue').default('Once upon a time'),
    option('--baseline <order>', 'compare with an n-gram model of that order').argParser(wholeNumber(2)),
    option('--dtype <type>', 'how weights are stored').choices(['f32', 'f16']).default('f32'),
    option('--threads <n>', 'threads of one operation (default: one per core)').argParser(wholeNumber(1)),
    option('--fresh', 'forget an earlier run in that folder').default(false),
  ];
  for (const one of all) command.addOption(one);
  return command;
}
