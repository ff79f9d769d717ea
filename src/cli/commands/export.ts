import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { heads, json, weightsDtype } from '../shared-flags.js';

/** `gpt export`. */
export const exportCommand = declareCommand({
  name: 'export',
  description: 'write a model as ONNX for other programs: graph, configuration, tokenizer',
  argument: argument('<model>', 'registered name, hub id, folder or file'),
  flags: [
    flag('-o, --output <folder>', 'where to write it', { required: true }),
    heads,
    weightsDtype,
    flag('--force', 'replace an earlier export'),
    json,
  ],
  examples: ['gpt export gpt2 --output gpt2-onnx', 'gpt export ./my-checkpoint --output my-onnx --force'],
});

/** Flags of `gpt export`. */
export type ExportOptions = CommandOptions<typeof exportCommand>;
