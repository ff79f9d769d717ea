import { DataError } from '../../errors.js';
import { decodeText } from '../../files/decode.js';
import { isJsonObject, type JsonObject, parseJson } from '../../files/json-file.js';
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
}

/**
 * The lines of a text file, unpacked, one by one, without line ends (LF or CRLF) and byte order mark; what follows the last
 * line end is a line only if it is not empty. Memory holds a piece of the file. Throws DataError on text that is not
 * UTF-8 and on a line that is too long to be one.
 */
export async function* streamLines(file: string, options: LineOptions = {}): AsyncGenerator<Line> {
  const { keepEmpty = false, member } = options;
  const name = shownName(file, member);
  let number = 0;
  let carried = '';
  for await (const part of decodeText(unpack(file, { member }), name)) {
    const lines = (carried + part).split('\n');
    carried = lines.pop()!;
    for (const line of lines) {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      number++;
      checkLength(text, number, name);
      if (keepEmpty || text !== '') yield { number, text };
    }
    checkLength(carried, number + 1, name);
  }
  if (carried.endsWith('\r')) carried = carried.slice(0, -1);
  if (carried !== '') yield { number: number + 1, text: carried };
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

/** An object of a file with one on each line, and its place for messages (`line 12`). */
export interface JsonRow {
  at: string;
  value: JsonObject;
}

/** The objects of a file with a JSON object on each line. Throws DataError naming the line. */
export async function readJsonLines(file: string, options?: MemberOption): Promise<JsonRow[]> {
  const name = shownName(file, options?.member);
  return (await readLines(file, options)).map(({ number, text }) => {
    const at = `line ${number}`;
    const value = parseJson(text, name, 'the line', at);
    if (isJsonObject(value)) return { at, value };
    throw new DataError({
      file: name,
      at,
      problem: 'not an object.',
      expected: '{"…": …}',
      found: JSON.stringify(value).slice(0, 60),
    });
  });
}
