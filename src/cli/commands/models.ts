import { declareCommand } from '../command.js';
import { json } from '../shared-flags.js';

/** `gpt models`. */
export const modelsCommand = declareCommand({
  name: 'models',
  description: 'the models of the papers and which of them are on this machine',
  flags: [json],
  examples: ['gpt models', 'gpt models --json'],
});
