import type { Whose } from '../../overlap/overlap-result.js';
import { type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { numberFrom, wholeNumber } from '../options.js';
import { json, results } from '../shared-flags.js';

/** `gpt overlap`. */
export const overlapCommand = declareCommand({
  name: 'overlap',
  description: 'how much of a test set stands word for word in a training set (GPT-2 paper, Table 6)',
  flags: [
    flag('--test <path...>', 'text files, and folders with such files', { required: true }),
    flag('--train <path...>', 'text files, and folders with such files', { required: true }),
    flag('--n <words>', 'words of an n-gram', { parse: wholeNumber(1, 100), default: 8 }),
    flag(
      '--false-positive-rate <rate>',
      'most that the filter may err for one n-gram; smaller takes more memory',
      { parse: numberFrom(1e-10, 0.1), default: 1e-8 },
    ),
    flag('--exact', 'keep the n-grams themselves instead of a filter; for small texts'),
    flag('--lines', 'each line of a text file is a document of its own'),
    flag('--key <name>', 'key of the text in .jsonl files', { default: 'text' }),
    flag('--examples <file>', 'write one JSON line per test document that overlaps, the worst first'),
    flag(
      '--dataset <name>',
      'write a result: for Table 6 (ptb, wikitext2, enwik8, text8, wikitext103, 1bw, lambada, coqa, nq), or for Figure 5 (samples, held-out)',
    ),
    flag(
      '--whose <whose>',
      'with --dataset: whose training text it is, the data set’s own or the small models’',
      { choices: ['own', 'family'] satisfies Whose[], default: 'own' },
    ),
    results,
    json,
  ],
  examples: [
    'gpt overlap --test ptb.test.txt --train ptb.train.txt',
    'gpt overlap --dataset ptb --test ptb.test.txt --train ptb.train.txt   # and gpt table gpt2-table6',
    'gpt overlap --test lambada_test.jsonl --train books/ news.txt.gz --examples shared.jsonl',
  ],
});

/** Flags of `gpt overlap`. */
export type OverlapOptions = CommandOptions<typeof overlapCommand>;
