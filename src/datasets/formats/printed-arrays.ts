/**
 * Arrays as Python prints them. Tables that went through pandas hold their lists like this, as text in a cell:
 *
 *     ['one' "it's two"                                              str(array): white space between, line breaks too
 *      'three']
 *     {'input_text': array(['a', 'b'], dtype=object),                repr of a dictionary of arrays
 *      'answer_start': array([ 12, -1], dtype=int32)}
 *
 * The notation is read strictly: what is not exactly this ends in a DataError that names the character.
 */
import { DataError } from '../../errors.js';
import type { Place } from './fields.js';

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
    if (!this.text.startsWith(token, this.offset)) return false;
    this.offset += token.length;
    return true;
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
  string(): string {
    const quote = this.match(/['"]/y) ?? this.fail('a text in quotation marks');
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
      problem: 'the printed array is damaged.',
      expected,
      found: offset < this.text.length ? JSON.stringify(this.text.slice(offset, offset + 20)) : 'the end',
    });
  }
}

/** Texts as `str(array)` prints them, white space between. Throws DataError naming the character. */
export function readPrintedTexts(text: string, place: Place): string[] {
  const cursor = new Cursor(text, place);
  cursor.expect('[');
  const texts: string[] = [];
  for (;;) {
    const separated = cursor.space() || texts.length === 0;
    if (cursor.skip(']')) break;
    if (!separated) cursor.fail('white space or "]"');
    texts.push(cursor.string());
  }
  cursor.end();
  return texts;
}

/** The arrays of a dictionary by their keys, as `repr(dictionary)` prints them. Throws DataError naming the character. */
export function readPrintedRecord(text: string, place: Place): Record<string, (string | number)[]> {
  const cursor = new Cursor(text, place);
  const entries: [string, (string | number)[]][] = [];
  cursor.expect('{');
  do {
    cursor.space();
    const key = cursor.string();
    cursor.expect(':');
    cursor.space();
    entries.push([key, readArray(cursor)]);
  } while (cursor.skip(','));
  cursor.expect('}');
  cursor.end();
  return Object.fromEntries(entries);
}

/** `array([…], dtype=…)`; numpy leaves the type out where the elements show it. */
function readArray(cursor: Cursor): (string | number)[] {
  cursor.expect('array([');
  const elements: (string | number)[] = [];
  cursor.space();
  if (!cursor.skip(']')) {
    do {
      cursor.space();
      const number = cursor.match(/-?\d+/y);
      elements.push(number === undefined ? cursor.string() : Number(number));
      cursor.space();
    } while (cursor.skip(','));
    cursor.expect(']');
  }
  if (cursor.skip(',')) {
    cursor.space();
    cursor.expect('dtype=');
    if (cursor.match(/\w+/y) === undefined) cursor.fail('the type of the elements');
  }
  cursor.expect(')');
  return elements;
}
