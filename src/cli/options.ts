import { InvalidArgumentError, Option } from 'commander';
import { exportDtypes } from '../checkpoints/onnx-dtype.js';
import { dtypes } from '../results/model-identity.js';
import type { Shard } from '../runs/journal.js';

/** Parses a whole number of at least `least` and at most `most`, for commander. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** Parses a number from `least` to `most`, both included, for commander. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Parses `i/n`, shard i of n counted from 1. */
export function parseShard(text: string): Shard {
  const [, first, second] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (!(index >= 1 && index <= count))
    throw new InvalidArgumentError('It must be i/n with 1 ≤ i ≤ n, for example 2/4.');
  return { index: index - 1, count };
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

/** The command line as it can be typed again. */
export function commandLine(argv: readonly string[]): string {
  const words = argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['gpt', ...words].join(' ');
}

/** `--dtype` where models are computed: in which numbers, or which of several ready-made ONNX files. */
export const dtypeOption = () =>
  new Option(
    '--dtype <type>',
    'multiply matrices in 32 bits, or in blocks of 8 or 4 bits: faster, not the same numbers; the others, and of several ready-made ONNX files each, take the file of that type (default: fp32; of ONNX files the most exact)',
  ).choices([...exportDtypes]);

/** `--dtype` where only the tool's own graphs will do. */
export const weightsDtypeOption = () =>
  new Option(
    '--dtype <type>',
    'multiply matrices in 32 bits, or in blocks of 8 or 4 bits: faster, not the same numbers (default: fp32)',
  ).choices([...dtypes]);

/** `--heads`: what weights alone do not show. */
export const headsOption = () =>
  new Option('--heads <n>', 'attention heads of weights that come without a config.json').argParser(
    wholeNumber(1),
  );
