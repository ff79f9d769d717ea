import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json } from '../shared-flags.js';

/** `gpt download`. */
export const downloadCommand = declareCommand({
  name: 'download',
  description: 'fetch models and data into the cache that all Hugging Face tools share',
  argument: argument('<name...>', 'models or tasks'),
  flags: [flag('--refresh', 'ask for a newer version of what is already there'), json],
  examples: ['gpt download gpt2 lambada', 'HF_ENDPOINT=https://mirror.example gpt download gpt2-medium'],
});

/** Flags of `gpt download`. */
export type DownloadOptions = CommandOptions<typeof downloadCommand>;
