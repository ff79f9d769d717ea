import { InvalidArgumentError } from 'commander';
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

/** Most values of a list: a range that is longer was mistyped. */
const MOST_VALUES = 1000;

/** Parses whole numbers and ranges between commas, `-1,0..12`, each kept once, for commander. */
export function wholeNumbers(least: number, most: number): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').flatMap((part) => {
      const [, first, last = first] = /^\s*(-?\d+)(?:\.\.(-?\d+))?\s*$/.exec(part) ?? [];
      const [from, to] = [Number(first ?? Number.NaN), Number(last ?? Number.NaN)];
      if (!(from >= least && to <= most && from <= to && to - from < MOST_VALUES)) {
        throw new InvalidArgumentError(
          `It must be whole numbers from ${least} to ${most}, for example 1,2,3 or 1..3.`,
        );
      }
      return Array.from({ length: to - from + 1 }, (_, place) => from + place);
    });
    return [...new Set(values)];
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
