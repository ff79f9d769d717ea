import { argument, type CommandOptions, declareCommand } from '../command.js';
import { type Flag, flag } from '../flag.js';
import { collect, parseShard, wholeNumber } from '../options.js';
import { device, dtype, gpt1Tokenizer, heads, json, random, results, threads } from '../shared-flags.js';
import { taskFlags } from '../task-flags.js';

/** `gpt eval`. */
export const evalCommand = declareCommand({
  name: 'eval',
  description: 'run zero-shot benchmarks and print ours beside the paper’s',
  argument: argument('<task...>', 'tasks (see "gpt tasks")'),
  flags: [
    // What they become is looked up by the names of the tasks' options.
    ...taskFlags.map(
      ({ flag: spelling, describe }): Flag => flag(spelling, `${describe} (tasks that have it)`),
    ),
    flag(
      '-m, --model <model>',
      'registered name, hub id, folder or file, or "none" for baselines alone; may be given several times',
      { parse: collect, unsaid: [] },
    ),
    flag('--data <path>', 'file or folder of the data set, or "sample" for the hand-written one'),
    flag('--limit <n>', 'only the first n examples', { parse: wholeNumber(1), unsaid: null }),
    flag('--shard <i/n>', 'only part i of n; join the parts with "gpt merge"', {
      parse: parseShard,
      unsaid: { index: 0, count: 1 },
    }),
    device,
    flag('--batch-tokens <n>', 'positions in one batch', { parse: wholeNumber(1), default: 1024 }),
    threads,
    random,
    flag('--seed <n>', 'seed of random weights and of what is drawn at random', {
      parse: wholeNumber(0),
      default: 1,
    }),
    gpt1Tokenizer,
    heads,
    dtype,
    flag('--fresh', 'forget what an earlier run has computed'),
    flag('--dictionary <file>', 'word pairs for the word-by-word baseline of wmt14-en-fr or wmt14-fr-en'),
    flag(
      '--predict <file>',
      'answers of a fine-tuned model on a test file, as the benchmark’s server takes them',
    ),
    flag('--samples <file>', 'write one JSON line per example: prompt, reference, answer, scores'),
    flag('--no-texts', 'leave prompts and references out of --samples: they are the data set’s'),
    results,
    json,
  ],
  examples: [
    'gpt eval lambada --model gpt2',
    'gpt eval lambada --model gpt2 --model gpt2-medium --json > results.json',
    'gpt eval lambada --model ./my-checkpoint --data lambada_test.jsonl --limit 200',
    'gpt eval lambada --model gpt2 --random --data sample   # needs no download',
    'gpt eval rte --model ./rte-model   # a folder that "gpt finetune rte --output" wrote',
  ],
});

/** Flags of `gpt eval`. */
export type EvalFlags = CommandOptions<typeof evalCommand>;
