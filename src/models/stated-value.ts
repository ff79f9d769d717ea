import { DataError } from '../errors.js';
import type { JsonObject } from '../files/json-file.js';

/** The DataError for a value of a configuration that makes no sense. */
export function wrongValue(
  file: string,
  at: string,
  problem: string,
  expected: unknown,
  found: unknown,
): DataError {
  return new DataError({ file, at, problem, expected: String(expected), found: JSON.stringify(found) });
}

/** Whether a switch is on; `usual` where it is not there. Throws DataError when it is neither. */
export function readSwitch(json: JsonObject, key: string, usual: boolean, file: string): boolean {
  const value = json[key] ?? usual;
  if (typeof value === 'boolean') return value;
  throw wrongValue(file, key, 'the switch makes no sense.', 'true or false', value);
}
