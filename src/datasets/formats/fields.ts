/** What a data set wants to know of a row: names under which its published files have it, and what it must be. */

import { DataError, type DataProblem } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../files/json-file.js';
import { readPrinted } from './printed.js';
import type { Place } from './raw-row.js';

/** A value of a row. */
export interface Field<Value> {
  /** In the order in which they are looked for: those of the authors and of the hub. */
  names: readonly string[];
  /** For messages: `text`, `a whole number`. */
  kind: string;
  isOptional?: boolean;
  /** Why a file may have everything but this, and what to do then. */
  absence?: { reason: string; hint: string };
  /** Throws DataError, naming file, place and name, for a value of another kind. */
  read(value: unknown, name: string, place: Place): Value;
}

/** The fields of a row by the data set's own names. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What the fields are read as. */
export type ValuesOf<Wanted extends Fields> = {
  -readonly [Key in keyof Wanted]: Wanted[Key] extends Field<infer Value> ? Value : never;
};

/** A text, as it is. */
export const text = (...names: string[]): Field<string> => ({
  names,
  kind: 'text',
  read: (value, name, place) => (typeof value === 'string' ? value : refuse(value, name, 'text', place)),
});

/** A text or a number, such as a label or an id, as text without white space around it. */
export const word = (...names: string[]): Field<string> => ({
  names,
  kind: 'text',
  read(value, name, place) {
    if (typeof value === 'string') return value.trim();
    return typeof value === 'number' ? String(value) : refuse(value, name, 'text', place);
  },
});

/** A whole number; in a table, its digits. */
export const integer = (...names: string[]): Field<number> => ({
  names,
  kind: 'a whole number',
  read(value, name, place) {
    const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : refuse(value, name, 'a whole number', place);
  },
});

/** A list of texts; in a table, as Python or JSON prints it. */
export const texts = (...names: string[]): Field<string[]> => ({
  names,
  kind: 'a list of texts',
  read(value, name, place) {
    const list = unprinted(value, name, place);
    const isList = Array.isArray(list) && list.every((item) => typeof item === 'string');
    return isList ? (list as string[]) : refuse(value, name, 'a list of texts', place);
  },
});

/** An object of values; in a table, as Python or JSON prints it. */
export const object = (...names: string[]): Field<JsonObject> => ({
  names,
  kind: 'an object',
  read(value, name, place) {
    const fields = unprinted(value, name, place);
    return isJsonObject(fields) ? fields : refuse(value, name, 'an object', place);
  },
});

/** A list or an object, which the caller looks into; in a table, as Python or JSON prints it. */
export const structure = (...names: string[]): Field<unknown> => ({
  names,
  kind: 'a list or an object',
  read: unprinted,
});

/** A field that files may lack, or have without a value. */
export const optional = <Value>(field: Field<Value>): Field<Value | undefined> => ({
  ...field,
  isOptional: true,
  read: (value, name, place) => (value === null || value === '' ? undefined : field.read(value, name, place)),
});

/** The text under a key. Throws DataError naming file, place and key when there is none. */
export function textField(value: JsonObject, key: string, place: Place): string {
  if (Object.hasOwn(value, key)) return text(key).read(value[key], key, place);
  throw new DataError(missingProblem(text(key), Object.keys(value), place));
}

/** What is said of a row without a field. */
export const missingProblem = (
  { names, kind }: Field<unknown>,
  keys: readonly string[],
  place: Place,
): DataProblem => ({
  ...place,
  problem: `no ${withoutArticle(kind)} under "${names[0]}".`,
  expected: names.length === 1 ? kind : `${kind} under ${names.join(' or ')}`,
  found: `the keys ${keys.join(', ')}`.slice(0, 120),
});

const withoutArticle = (kind: string) => kind.replace(/^an? /, '');

/** The value that a cell prints, where it does. */
function unprinted(value: unknown, name: string, place: Place): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return readPrinted(value, { file: place.file, at: `${place.at}, column ${name}` });
}

function refuse(value: unknown, name: string, expected: string, place: Place): never {
  throw new DataError({
    ...place,
    problem: `no ${withoutArticle(expected)} under "${name}".`,
    expected,
    found: JSON.stringify(value)?.slice(0, 60),
  });
}
