import { argument, type CommandOptions, declareCommand } from '../command.js';
import { format, json, results } from '../shared-flags.js';

/** `gpt claims`. */
export const claimsCommand = declareCommand({
  name: 'claims',
  description: 'what the papers claim, and whether it holds: by their own numbers and by ours',
  argument: argument('[id...]', 'which ones (default: all)'),
  flags: [format, results, json],
  examples: ['gpt claims', 'gpt claims pretraining lstm', 'gpt claims --format markdown > claims.md'],
});

/** Flags of `gpt claims`. */
export type ClaimsOptions = CommandOptions<typeof claimsCommand>;
