import { DataError } from '../../errors.js';

/** Where a value stands, for messages. */
export interface Place {
  file: string;
  /** `line 12`, `row 3`. */
  at: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The text under a key. Throws DataError naming file, place and key when there is none. */
export function textField(value: Fields, key: string, place: Place): string {
  const field = value[key];
  if (typeof field === 'string') return field;
  throw wrongField(value, key, 'text', place);
}

/** The list of texts under a key. Throws DataError naming file, place and key when there is none. */
export function textListField(value: Fields, key: string, place: Place): string[] {
  const field = value[key];
  if (Array.isArray(field) && field.every((item) => typeof item === 'string')) return field;
  throw wrongField(value, key, 'a list of texts', place);
}

/** The whole number under a key. Throws DataError naming file, place and key when there is none. */
export function integerField(value: Fields, key: string, place: Place): number {
  const field = value[key];
  if (Number.isSafeInteger(field)) return field as number;
  throw wrongField(value, key, 'a whole number', place);
}

function wrongField(value: Fields, key: string, expected: string, { file, at }: Place): DataError {
  const present = Object.hasOwn(value, key);
  return new DataError({
    file,
    at,
    problem: `no ${expected.replace(/^a /, '')} under "${key}".`,
    expected,
    found: present ? JSON.stringify(value[key])?.slice(0, 60) : `the keys ${Object.keys(value).join(', ')}`,
  });
}
