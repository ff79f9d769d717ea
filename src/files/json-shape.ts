/**
 * What a JSON file must look like, said as data and checked by hand: a validation library takes longer to load than
 * `gpt table` may take altogether.
 */
import { DataError } from '../errors.js';

/** Throws ShapeError when a value at that place (`columns[0].task`) is not what it should be. */
export type Check = (value: unknown, at: string) => void;

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

/** Throws DataError naming file and key when the value does not pass. */
export function checkShape(check: Check, value: unknown, file: string, problem: string): void {
  try {
    check(value, '');
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
export const text: Check = (value, at) => {
  if (typeof value !== 'string' || value === '') fail(at, 'a text', value);
};

/** A cell of a list for people: any text, empty as well, or a finite number. */
export const textOrNumber: Check = (value, at) => {
  if (typeof value !== 'string') number(value, at);
};

/** A finite number; NaN and infinities, which JSON spells null, are refused. */
export const number: Check = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(at, 'a number', value);
};

/** A whole number from 0. */
export const count: Check = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(at, 'a whole number from 0', value);
};

/** True or false. */
export const flag: Check = (value, at) => {
  if (typeof value !== 'boolean') fail(at, 'true or false', value);
};

/** A figure as a paper prints it: `44.575`. */
export const printedNumber: Check = (value, at) => {
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) fail(at, 'a number in quotes', value);
};

/** A sha256 in hex. */
export const sha256: Check = (value, at) => {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) fail(at, 'a sha256 in hex', value);
};

/** One of some values. */
export const oneOf =
  (...allowed: readonly (string | number)[]): Check =>
  (value, at) => {
    if (!allowed.includes(value as string))
      fail(at, allowed.map((one) => JSON.stringify(one)).join(' or '), value);
  };

/** Null, or what passes the check. */
export const orNull =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at);
  };

/** Missing, or what passes the check. */
export const optional =
  (check: Check): Check =>
  (value, at) => {
    if (value !== undefined) check(value, at);
  };

/** A list whose items pass the check, with at least so many of them. */
export const list =
  (check: Check, atLeast = 0): Check =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < atLeast) {
      return fail(at, atLeast === 0 ? 'a list' : `a list of at least ${atLeast}`, value);
    }
    value.forEach((item, place) => {
      check(item, `${at}[${place}]`);
    });
  };

/** An object with any keys, whose values pass the check. */
export const dictionary =
  (check: Check): Check =>
  (value, at) => {
    if (!isObject(value)) return fail(at, 'an object', value);
    for (const [key, item] of Object.entries(value)) check(item, join(at, key));
  };

/** An object with a check for every key of `T`. `exact` refuses keys that `T` does not have: a misspelt one is not lost. */
export const object =
  <T>(checks: { [Key in keyof T]-?: Check }, { exact = false } = {}): Check =>
  (value, at) => {
    if (!isObject(value)) return fail(at, 'an object', value);
    for (const [key, check] of Object.entries<Check>(checks)) check(value[key], join(at, key));
    const unknown = exact ? Object.keys(value).find((key) => !Object.hasOwn(checks, key)) : undefined;
    if (unknown !== undefined)
      fail(join(at, unknown), `one of the keys ${Object.keys(checks).join(', ')}`, unknown);
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (at: string, key: string) => (at === '' ? key : `${at}.${key}`);
