/**
 * What a JSON file must look like, said as data and checked by hand: a validation library takes longer to load than
 * `gpt table` may take altogether.
 */
import { DataError } from '../errors.js';

/** Gives back the value as a `T`. Throws ShapeError when what stands at that place (`columns[0].task`) is none. */
export type Check<T = unknown> = (value: unknown, at: string) => T;

/** What passes a check: the type of a file's content follows from its shape. */
export type TypeOf<Shape> = Shape extends Check<infer T> ? T : never;

class ShapeError extends Error {
  readonly at: string;
  readonly expected: string;
  readonly found: string;

  constructor(at: string, expected: string, found: string) {
    super(`${at}: expected ${expected}, found ${found}`);
    this.at = at;
    this.expected = expected;
    this.found = found;
  }
}

/** The value as what the check makes of it. Throws DataError naming file and key when it does not pass. */
export function checkShape<T>(check: Check<T>, value: unknown, file: string, problem: string): T {
  try {
    return check(value, '');
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    const { at, expected, found } = cause;
    throw new DataError({ file, at: at || undefined, problem, expected, found }, { cause });
  }
}

const describeValue = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

const fail = (at: string, expected: string, value: unknown): never => {
  throw new ShapeError(at, expected, describeValue(value));
};

/** A string that is not empty. */
export const text: Check<string> = (value, at) =>
  typeof value === 'string' && value !== '' ? value : fail(at, 'a text', value);

/** A cell of a list for people: any text, empty as well, or a finite number. */
export const textOrNumber: Check<string | number> = (value, at) =>
  typeof value === 'string' ? value : number(value, at);

/** A finite number; NaN and infinities, which JSON spells null, are refused. */
export const number: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(at, 'a number', value);

/** A whole number from 0. */
export const count: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : fail(at, 'a whole number from 0', value);

/** True or false. */
export const flag: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : fail(at, 'true or false', value);

/** A figure as a paper prints it: `44.575`. */
export const printedNumber: Check<string> = (value, at) =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? value : fail(at, 'a number in quotes', value);

/** A sha256 in hex. */
export const sha256: Check<string> = (value, at) =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : fail(at, 'a sha256 in hex', value);

/** One of some values. */
export const oneOf =
  <const Value extends string | number | boolean>(...allowed: readonly Value[]): Check<Value> =>
  (value, at) =>
    allowed.find((one) => one === value) ??
    fail(at, allowed.map((one) => JSON.stringify(one)).join(' or '), value);

/** Null, or what passes the check. */
export const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value, at) =>
    value === null ? null : check(value, at);

/** Missing, or what passes the check. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, at) =>
    value === undefined ? undefined : check(value, at);

/** A list whose items pass the check, with at least so many of them. */
export const list =
  <T>(check: Check<T>, atLeast = 0): Check<T[]> =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < atLeast) {
      return fail(at, atLeast === 0 ? 'a list' : `a list of at least ${atLeast}`, value);
    }
    for (const [place, item] of value.entries()) check(item, `${at}[${place}]`);
    return value;
  };

/** An object with any keys, whose values pass the check. */
export const dictionary =
  <T>(check: Check<T>): Check<Record<string, T>> =>
  (value, at) => {
    if (!isObject(value)) return fail(at, 'an object', value);
    for (const [key, item] of Object.entries(value)) check(item, join(at, key));
    return value as Record<string, T>;
  };

/** With a question mark at each key that may be missing. */
type WithOptionalKeys<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & { [Key in keyof T as undefined extends T[Key] ? Key : never]?: T[Key] };

/**
 * An object with a check for every key of `T`, which follows from the checks unless it is named. `exact` refuses keys that `T` does
 * not have: a misspelt one is not lost.
 */
export const object =
  <T>(
    checks: { [Key in keyof T]-?: Check<T[Key]> },
    { exact = false } = {},
  ): Check<{ [Key in keyof WithOptionalKeys<T>]: WithOptionalKeys<T>[Key] }> =>
  (value, at) => {
    if (!isObject(value)) return fail(at, 'an object', value);
    for (const [key, check] of Object.entries<Check>(checks)) check(value[key], join(at, key));
    const unknown = exact ? Object.keys(value).find((key) => !Object.hasOwn(checks, key)) : undefined;
    if (unknown !== undefined)
      fail(join(at, unknown), `one of the keys ${Object.keys(checks).join(', ')}`, unknown);
    return value as T;
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (at: string, key: string) => (at === '' ? key : `${at}.${key}`);
