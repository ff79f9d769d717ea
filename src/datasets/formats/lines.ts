import { DataError } from '../../errors.js';
import { decodeText } from '../../files/decode.js';
import { lineEndOf, withoutTrailingBlanks } from './line-ends.js';
import { type MemberOption, shownName, unpack } from './unpack.js';

/** Longest line that is believed: no benchmark has one of a megabyte, a file of another kind often has. */
const MAX_LINE_LENGTH = 1_000_000;

/** A line of a text file with its number, counted from 1. */
export interface Line {
  number: number;
  text: string;
}

/** How the lines of a file are read. */
export interface LineOptions extends MemberOption {
  /** Empty lines are lines as well; otherwise they are left out, but counted. */
  keepEmpty?: boolean;
  /** Spaces and tabs at the end of a line are part of it, as in tables, whose last cells may be empty. */
  keepBlanks?: boolean;
}

/** As much text without LF is looked at before CR is taken for the line end. */
const SNIFFED_CHARACTERS = 65_536;

/**
 * The lines of a text file, unpacked, one by one, without line ends (LF, CRLF, or CR where that is all there is), spaces and tabs
 * before them, and byte order mark; what follows the last line end is a line only if it is not empty. Memory holds a piece of the
 * file. Throws DataError on text that is not UTF-8 and on a line that is too long to be one.
 */
export async function* streamLines(file: string, options: LineOptions = {}): AsyncGenerator<Line> {
  const { keepEmpty = false, keepBlanks = false, member } = options;
  const name = shownName(file, member);
  let number = 0;
  for await (const { line, isLast } of splitLines(decodeText(unpack(file, { member }), name))) {
    number++;
    checkLength(line, number, name);
    const text = keepBlanks ? line : withoutTrailingBlanks(line);
    if (text !== '' || (keepEmpty && !(isLast && line === ''))) yield { number, text };
  }
}

/** The lines of a text that comes in pieces, and last what follows the last line end; one that is too long may be cut. */
async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<{ line: string; isLast: boolean }> {
  let carried = '';
  let end: string | undefined;
  const split = (text: string) =>
    end === '\r'
      ? text.split('\r')
      : text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  for await (const piece of pieces) {
    carried += piece;
    // A CR at the end may be half of CRLF.
    const isShort = carried.length < SNIFFED_CHARACTERS || carried.endsWith('\r');
    if (end === undefined && isShort && !carried.includes('\n')) continue;
    end ??= lineEndOf(carried);
    const last = carried.lastIndexOf(end === '\r' ? '\r' : '\n');
    if (last >= 0) for (const line of split(carried.slice(0, last))) yield { line, isLast: false };
    carried = carried.slice(last + 1);
    if (carried.length > MAX_LINE_LENGTH) break;
  }
  end ??= lineEndOf(carried);
  const lines = split(carried);
  for (const [place, line] of lines.entries()) yield { line, isLast: place === lines.length - 1 };
}

/** The lines of a text file that fits into memory; see `streamLines`. */
export async function readLines(file: string, options?: LineOptions): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of streamLines(file, options)) lines.push(line);
  return lines;
}

function checkLength(text: string, number: number, file: string): void {
  if (text.length <= MAX_LINE_LENGTH) return;
  throw new DataError({
    file,
    at: `line ${number}`,
    problem: 'the line is too long.',
    expected: `at most ${MAX_LINE_LENGTH} characters`,
    found: text.length,
  });
}
