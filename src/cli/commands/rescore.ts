import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { numberFrom } from '../options.js';
import { json } from '../shared-flags.js';

/** `gpt rescore`. */
export const rescoreCommand = declareCommand({
  name: 'rescore',
  description:
    'the numbers of a finished run without the examples that stand in a training text (GPT-2 paper, §4)',
  argument: argument('<journal...>', 'the journal of a run, or those of all its shards'),
  flags: [
    flag('--without <file>', 'what "gpt overlap --examples" wrote of the run’s data', { required: true }),
    flag('--benchmark <file>', 'the benchmark file that the journals are of, if they are of one'),
    flag('--above <percent>', 'leave out examples of which more than this is in the training text', {
      parse: numberFrom(0, 100),
      default: 0,
    }),
    json,
  ],
  examples: [
    'gpt overlap --test lambada_test.jsonl --train books/ --examples shared.jsonl',
    'gpt rescore results/journals/lambada--gpt2--*.jsonl --without shared.jsonl',
  ],
});

/** Flags of `gpt rescore`. */
export type RescoreOptions = CommandOptions<typeof rescoreCommand>;
