import { argument, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json, results } from '../shared-flags.js';

/** `gpt merge`. */
export const mergeCommand = declareCommand({
  name: 'merge',
  description:
    'join the journals of all shards of a run into one result, or fine-tuned runs with other seeds into their mean',
  argument: argument('<file...>', 'journals, as "gpt eval --shard" names them; or results of gpt finetune'),
  flags: [
    flag('--benchmark <file>', 'the benchmark file that the journals are of, if they are of one'),
    results,
    json,
  ],
  examples: [
    'gpt eval lambada --shard 1/2 && gpt eval lambada --shard 2/2',
    'gpt merge results/journals/lambada--gpt2--*--shard*of2.jsonl',
    'gpt merge results/rte--gpt1*.json',
  ],
});
