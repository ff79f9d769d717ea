/** Flags that several commands have, each declared once. */
import { exportDtypes } from '../checkpoints/onnx-dtype.js';
import { dtypes } from '../results/dtype.js';
import { deviceNames } from '../runtime/devices.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import { flag } from './flag.js';
import { wholeNumber } from './options.js';

/** `--json`. */
export const json = flag('--json', 'print JSON instead of tables');

/** `--results`: GPT_RESULTS says it as well. */
export const results = flag('--results <folder>', 'folder of result files', {
  env: 'GPT_RESULTS',
  default: 'results',
});

/** `--device`. */
export const device = flag('--device <device>', 'where to compute', { choices: deviceNames, default: 'cpu' });

/** `--threads`; 0: one per core. */
export const threads = flag('--threads <n>', 'threads of one operation (default: one per core)', {
  parse: wholeNumber(1),
  unsaid: 0,
});

/** `--dtype` where models are computed: in which numbers, or which of several ready-made ONNX files. */
export const dtype = flag(
  '--dtype <type>',
  'multiply matrices in 32 bits, or in blocks of 8 or 4 bits: faster, not the same numbers; the others, and of several ready-made ONNX files each, take the file of that type (default: fp32; of ONNX files the most exact)',
  { choices: exportDtypes },
);

/** `--dtype` where only the tool's own graphs will do. */
export const weightsDtype = flag(
  '--dtype <type>',
  'multiply matrices in 32 bits, or in blocks of 8 or 4 bits: faster, not the same numbers',
  { choices: dtypes, default: 'fp32' },
);

/** `--heads`: what weights alone do not show. */
export const heads = flag('--heads <n>', 'attention heads of weights that come without a config.json', {
  parse: wholeNumber(1),
});

/** `--tokenizer` of commands that open GPT-1. */
export const gpt1Tokenizer = flag('--tokenizer <mode>', 'how GPT-1 splits text', {
  choices: ['original', 'huggingface'] satisfies Gpt1Mode[],
  default: 'original',
});

/** `--random`: nothing is downloaded. */
export const random = flag('--random', 'random weights of that size instead of the published ones');

/** `--format` of commands that print a sheet. */
export const format = flag('--format <format>', 'how to print it', {
  choices: ['terminal', 'markdown', 'json'],
  default: 'terminal',
});
