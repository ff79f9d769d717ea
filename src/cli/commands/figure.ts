import { argument, type CommandOptions, declareCommand } from '../command.js';
import { flag } from '../flag.js';
import { json, results } from '../shared-flags.js';

/** `gpt figure`. */
export const figureCommand = declareCommand({
  name: 'figure',
  description: 'a figure of the papers with our points in it, or the losses of a training run',
  argument: argument('[id]', 'which one, or a journal of training; without it they are listed'),
  flags: [
    flag('-o, --output <file>', 'write it as .svg or .png instead of drawing it in the terminal'),
    results,
    json,
  ],
  examples: [
    'gpt figure gpt2-figure1',
    'gpt figure gpt2-figure3 --output winograd.svg',
    'gpt figure my-model/training/log.jsonl --output losses.png',
  ],
});

/** Flags of `gpt figure`. */
export type FigureOptions = CommandOptions<typeof figureCommand>;
