/**
 * Lists and objects as text in a cell of a table: JSON, or what Python prints when a table goes through pandas.
 *
 *     ['one' "it's two"                                              str(array): white space between, line breaks too
 *      'three']
 *     ['one', "it's two"]                                            repr of a list
 *     {'input_text': array(['a', 'b'], dtype=object),                repr of a dictionary of arrays
 *      'answer_start': array([ 12, -1], dtype=int32)}
 *
 * The notation is read strictly: what is not exactly this ends in a DataError that names the character.
 */
import { DataError } from '../../errors.js';
import type { Place } from './raw-row.js';

/** Python's one-letter escapes that repr() writes. */
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Digits of the escapes that name a code point. */
const codeDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A place in the text that moves on as it is read. */
class Cursor {
  private readonly text: string;
  private readonly place: Place;
  private offset = 0;

  constructor(text: string, place: Place) {
    this.text = text;
    this.place = place;
  }

  /** Moves past white space; true if there was some. */
  space(): boolean {
    const start = this.offset;
    while (/\s/.test(this.text.charAt(this.offset))) this.offset += 1;
    return this.offset > start;
  }

  /** Moves past `token` if the text goes on with it. */
  skip(token: string): boolean {
    if (!this.sees(token)) return false;
    this.offset += token.length;
    return true;
  }

  /** Whether the text goes on with `token`. */
  sees(token: string): boolean {
    return this.text.startsWith(token, this.offset);
  }

  expect(token: string): void {
    if (!this.skip(token)) this.fail(JSON.stringify(token));
  }

  /** Moves past what the pattern (sticky) matches. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    this.offset += found?.length ?? 0;
    return found;
  }

  /** A string literal with its quotation marks. */
  string(expected = 'a text in quotation marks'): string {
    const quote = this.match(/['"]/y) ?? this.fail(expected);
    let value = '';
    while (!this.skip(quote)) {
      if (this.skip('\\')) value += this.escape();
      else value += this.match(/[^\n]/uy) ?? this.fail(`the closing ${quote}`);
    }
    return value;
  }

  private escape(): string {
    const letter = this.match(/[\s\S]/y) ?? this.fail('an escape');
    const digits = codeDigits[letter];
    if (digits === undefined) return escapes[letter] ?? this.fail('an escape that Python prints', 1);
    const code = Number.parseInt(this.match(new RegExp(`[0-9a-f]{${digits}}`, 'y')) ?? '', 16);
    if (!(code <= 0x10ffff)) this.fail(`${digits} hexadecimal digits of a character`);
    return String.fromCodePoint(code);
  }

  end(): void {
    if (this.offset < this.text.length) this.fail('the end');
  }

  /** Throws; `back` characters before the current one. */
  fail(expected: string, back = 0): never {
    const offset = this.offset - back;
    throw new DataError({
      file: this.place.file,
      at: `${this.place.at}, character ${offset + 1}`,
      problem: 'the printed list is damaged.',
      expected,
      found: offset < this.text.length ? JSON.stringify(this.text.slice(offset, offset + 20)) : 'the end',
    });
  }
}

/** The value that a cell prints. Throws DataError naming the character at which it is neither JSON nor Python. */
export function readPrinted(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then it is Python's, or damaged.
  }
  const cursor = new Cursor(text, place);
  cursor.space();
  const value = readValue(cursor);
  cursor.space();
  cursor.end();
  return value;
}

const constants: Readonly<Record<string, unknown>> = { None: null, nan: null, True: true, False: false };

function readValue(cursor: Cursor): unknown {
  if (cursor.skip('[')) return readList(cursor);
  if (cursor.skip('{')) return readDictionary(cursor);
  if (cursor.skip('array(')) return readArray(cursor);
  const number = cursor.match(/-?\d+(?:\.\d*)?(?:e[+-]?\d+)?/y);
  if (number !== undefined) return Number(number);
  const constant = cursor.match(/None|nan|True|False/y);
  return constant === undefined ? cursor.string('a value') : constants[constant];
}

/** What follows `[`: with commas between the values, or white space alone as numpy prints them. */
function readList(cursor: Cursor): unknown[] {
  const values: unknown[] = [];
  let hasCommas: boolean | undefined;
  cursor.space();
  if (cursor.skip(']')) return values;
  for (;;) {
    values.push(readValue(cursor));
    const isSpaced = cursor.space();
    if (cursor.skip(']')) return values;
    hasCommas ??= cursor.sees(',');
    if (hasCommas) cursor.expect(',');
    else if (!isSpaced) cursor.fail('white space or "]"');
    cursor.space();
  }
}

/** What follows `{`. */
function readDictionary(cursor: Cursor): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  if (cursor.skip('}')) return {};
  do {
    cursor.space();
    const key = cursor.string();
    cursor.expect(':');
    cursor.space();
    entries.push([key, readValue(cursor)]);
  } while (cursor.skip(','));
  cursor.expect('}');
  return Object.fromEntries(entries);
}

/** What follows `array(`: a list, and its type where the elements do not show it. */
function readArray(cursor: Cursor): unknown[] {
  cursor.expect('[');
  const elements = readList(cursor);
  if (cursor.skip(',')) {
    cursor.space();
    cursor.expect('dtype=');
    if (cursor.match(/\w+|'[<>=|]?\w+'/y) === undefined) cursor.fail('the type of the elements');
  }
  cursor.expect(')');
  return elements;
}
