import { InvalidArgumentError } from 'commander';
import type { Shard } from '../evaluation/journal.js';

/** Parses a whole number of at least `least`, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
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
