import { readFile } from 'node:fs/promises';
import { DataError } from '../errors.js';

/** A JSON object as parsed, its values unchecked. */
export type JsonObject = Record<string, unknown>;

/** Whether a parsed value is an object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value in a JSON file, or undefined when there is no such file. Throws DataError when it is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return parseJson(text, file);
}

/** `JSON.parse` that names the file. */
export function parseJson(text: string, file: string, what = 'the file'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError({ file, problem: `${what} is not JSON (${(cause as Error).message}).` }, { cause });
  }
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
