import { printable, printableWithBold } from '../printable.js';
import { wrapLines } from '../reports/grid.js';

/** Where a command writes: an argument of every command, so that a test can read what it says. */
export interface Output {
  /** Results, to stdout, as lines: a newline is added where the text does not end with one. */
  out(text: string): void;
  /** A piece of a result, to stdout as it is: for text that comes bit by bit. */
  write(text: string): void;
  /** Everything else, to stderr, as lines. */
  err(text: string): void;
  /** Width of the terminal in characters; undefined when stdout is none. */
  columns?: number;
  /** Whether stdout shows colours. */
  color: boolean;
}

/** The part of `process` that an Output needs. */
export interface Streams {
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  env: Record<string, string | undefined>;
}

/**
 * The output of a process. What would do something to a terminal is written out (`printable`), always on stderr and in a terminal on
 * stdout; a pipe gets results as they are. Colours only in a terminal, and not where NO_COLOR is set (no-color.org)
 * or TERM is dumb.
 */
export function processOutput({ stdout, stderr, env }: Streams): Output {
  const isTerminal = stdout.isTTY === true;
  const shown = (text: string) => (isTerminal ? printableWithBold(text) : text);
  return {
    out: (text) => void stdout.write(shown(endLine(text))),
    write: (text) => void stdout.write(shown(text)),
    err: (text) => void stderr.write(wrapFor(stderr, printable(endLine(text)))),
    // Some terminals report a width of 0, which means unknown.
    columns: isTerminal ? stdout.columns || undefined : undefined,
    color: isTerminal && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}

/** Lines for a stream: broken between words where it is a terminal, which would break them anywhere. */
export function wrapFor({ isTTY, columns }: { isTTY?: boolean; columns?: number }, text: string): string {
  return wrapLines(text, isTTY ? columns || undefined : undefined);
}

const endLine = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
