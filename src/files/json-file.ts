import { DataError } from '../errors.js';
import { findTextFile } from './decode.js';

/** A JSON object as parsed, its values unchecked. */
export type JsonObject = Record<string, unknown>;

/** Whether a parsed value is an object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value in a JSON file, or undefined when there is no such file. Throws DataError when it is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await findTextFile(file);
  return text === undefined ? undefined : parseJson(text, file);
}

/**
 * `JSON.parse` that names the file, and the place in it where there is one. Throws DataError, also for half a character:
 * `"\ud83d"` alone is JSON but no text, and would become U+FFFD in silence.
 */
export function parseJson(text: string, file: string, what = 'the file', at?: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const problem = `${what} is not JSON (${(cause as Error).message.replace(/\.$/, '')}).`;
    throw new DataError({ file, at, problem }, { cause });
  }
  const half = /\\ud[89a-f]/i.test(text) ? findHalfCharacter(value) : undefined;
  if (half === undefined) return value;
  throw new DataError({
    file,
    at,
    problem: `${what} has half a character, which is no text.`,
    expected: 'both surrogates of a pair',
    found: JSON.stringify(half.slice(0, 40)),
  });
}

/** A string inside a parsed value, or a key, that holds a surrogate without its other. */
function findHalfCharacter(value: unknown): string | undefined {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const part of [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value)]) {
    const half = findHalfCharacter(part);
    if (half !== undefined) return half;
  }
  return undefined;
}

/** The JSON object in a file, or undefined when there is no such file. Throws DataError for any other value. */
export async function readJsonObject(file: string): Promise<JsonObject | undefined> {
  const value = await readJsonFile(file);
  if (value === undefined || isJsonObject(value)) return value;
  throw new DataError({
    file,
    problem: 'the file holds the wrong kind of JSON.',
    expected: 'an object',
    found: Array.isArray(value) ? 'an array' : JSON.stringify(value),
  });
}
