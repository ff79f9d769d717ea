import { DataError } from '../../errors.js';

/** Longest line that is believed: no benchmark has one of a megabyte, a file of another kind often has. */
const MAX_LINE_LENGTH = 1_000_000;

/** A line of a text file with its number, counted from 1. */
export interface Line {
  number: number;
  text: string;
}

/**
 * The lines of a UTF-8 text file, without line ends (LF or CRLF); empty lines are left out but counted.
 * Throws DataError on invalid UTF-8 and on a line that is too long to be one.
 */
export function readLines(bytes: Uint8Array, file: string): Line[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError({ file, problem: 'the file is not valid UTF-8 text.' }, { cause });
  }
  const lines: Line[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.length > MAX_LINE_LENGTH) {
      throw new DataError({
        file,
        at: `line ${index + 1}`,
        problem: 'the line is too long.',
        expected: `at most ${MAX_LINE_LENGTH} characters`,
        found: line.length,
      });
    }
    if (line !== '') lines.push({ number: index + 1, text: line });
  });
  return lines;
}

/** The strings under one key of a file with a JSON object on each line. Throws DataError naming the line. */
export function readJsonLines(bytes: Uint8Array, file: string, key: string): Line[] {
  return readLines(bytes, file).map(({ number, text }) => {
    const at = `line ${number}`;
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (cause) {
      throw new DataError({ file, at, problem: `not JSON: ${(cause as Error).message}.` }, { cause });
    }
    const value = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[key] : undefined;
    if (typeof value !== 'string') {
      const found =
        typeof row === 'object' && row !== null ? `keys ${Object.keys(row).join(', ')}` : typeof row;
      throw new DataError({
        file,
        at,
        problem: `no text under "${key}".`,
        expected: `{"${key}": "…"}`,
        found,
      });
    }
    return { number, text: value };
  });
}
