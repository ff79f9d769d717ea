import { parseJson } from '../../files/json-file.js';
import { readText } from './text.js';
import { type MemberOption, shownName } from './unpack.js';

/** The value in a JSON file, unpacked. Throws DataError when it is not JSON. */
export async function readJson(file: string, options: MemberOption = {}): Promise<unknown> {
  return parseJson(await readText(file, options), shownName(file, options.member));
}
