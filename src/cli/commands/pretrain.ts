import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { numberFrom, wholeNumber } from '../options.js';
import { json, threads } from '../shared-flags.js';

const count = wholeNumber(1);

/** `gpt pretrain`. */
export const pretrainCommand = declareCommand({
  name: 'pretrain',
  description: 'train a GPT from scratch on your own text',
  argument: argument('<text...>', 'text files, files of rows with texts, and folders with .txt files'),
  flags: [
    flag('-o, --output <folder>', 'folder of the model', { required: true }),
    flag('--config <file>', 'sizes: a JSON file, or the name of a registered model'),
    flag('--architecture <name>', 'kind of model (default: gpt2)', { choices: ['gpt2', 'gpt1', 'lstm'] }),
    flag('--layers <n>', 'blocks of a GPT (default: 6)', { parse: count }),
    flag('--width <n>', 'channels (default: 256)', { parse: count }),
    flag('--heads <n>', 'attention heads (default: one for each 64 channels)', { parse: count }),
    flag('--units <n>', 'units of an LSTM (default: twice the width)', { parse: count }),
    flag('--context <n>', 'positions (default: 512)', { parse: wholeNumber(2) }),
    flag('--tokenizer <which>', 'gpt2, gpt1, a folder, or train:N to learn N symbols', {
      default: 'train:8000',
    }),
    flag('--hold-out <names...>', 'documents to measure on, or a share of the text (default: 0.05)'),
    flag('--updates <n>', 'train for so many updates', { parse: count }),
    flag('--epochs <n>', 'train until the text was read so many times', { parse: numberFrom(1e-6, 1e6) }),
    flag('--minutes <n>', 'train for about that long', { parse: numberFrom(0.01, 1e6) }),
    flag('--batch <n>', 'windows of the full context in an update', { parse: count, default: 16 }),
    flag('--lengths <list>', 'shorter windows first, as in 128:0.6,512 (default: the context)'),
    flag('--lr <rate>', 'peak learning rate', { parse: numberFrom(0, 1), default: 1e-3 }),
    flag('--warmup <share>', 'share of the updates during which the rate rises', {
      parse: numberFrom(0, 1),
      default: 0.02,
    }),
    flag('--weight-decay <weight>', 'decay of matrices', { parse: numberFrom(0, 1), default: 0.1 }),
    flag('--beta2 <decay>', 'decay of Adam’s second moment', {
      parse: numberFrom(0, 0.999999),
      default: 0.95,
    }),
    flag('--dropout <p>', 'dropout of embeddings, attention and branches', {
      parse: numberFrom(0, 0.99),
      default: 0,
    }),
    flag('--max-grad-norm <norm>', 'gradients are scaled down to this norm', {
      parse: numberFrom(0, 1e9),
      default: 1,
    }),
    flag('--init-std <std>', 'spread of the initial matrices (default: 0.02, as in the papers)', {
      parse: numberFrom(1e-6, 1),
    }),
    flag('--seed <n>', 'of weights, order, dropout and samples', { parse: wholeNumber(0), default: 1 }),
    flag('--batch-tokens <n>', 'tokens in one pass; more is faster and takes more memory', {
      parse: count,
      default: 4096,
    }),
    flag('--evaluations <n>', 'how often the model is measured, sampled and written', {
      parse: count,
      default: 10,
    }),
    flag('--save-every <minutes>', 'time between two saved states', {
      parse: numberFrom(0, 1e6),
      default: 5,
    }),
    flag('--keep-every <updates>', 'leave the model of every so many updates in <output>/checkpoints', {
      parse: count,
    }),
    flag('--prompt <text>', 'what samples continue', { default: 'Once upon a time' }),
    flag('--baseline <order>', 'compare with an n-gram model of that order', { parse: wholeNumber(2) }),
    flag('--dtype <type>', 'how weights are stored', { choices: ['f32', 'f16'], default: 'f32' }),
    threads,
    flag('--fresh', 'forget an earlier run in that folder'),
    json,
  ],
  examples: [
    'gpt pretrain books/ --output my-model --minutes 30',
    'gpt pretrain books/ --hold-out emma.txt --layers 8 --width 384 --epochs 3 --output my-model',
    'gpt pretrain notes.txt --tokenizer gpt2 --config gpt2 --updates 1000 --batch 4 --output my-gpt2',
  ],
});

/** Flags of `gpt pretrain`. */
export type PretrainOptions = CommandOptions<typeof pretrainCommand>;
