/** Paths of texts, as a command line is given them and as a result names them: never by the folders of whoever ran it. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a text lies: as it is named, or below GPT_DATA_DIR. What is in neither place stays as it is named. */
export function findText(name: string, { GPT_DATA_DIR: folder }: NodeJS.ProcessEnv): string {
  if (existsSync(name) || !folder || path.isAbsolute(name)) return name;
  const below = path.join(folder, name);
  return existsSync(below) ? below : name;
}

/** How a result names a text: from GPT_DATA_DIR on, from the folder that gpt is run in on, or by its own name alone. */
export function nameText(file: string, { GPT_DATA_DIR: folder }: NodeJS.ProcessEnv): string {
  const isBelow = (relative: string) => !relative.startsWith('..') && !path.isAbsolute(relative);
  const candidates = [...(folder ? [path.relative(folder, file)] : []), path.relative('.', file)];
  const found = candidates.find((relative) => relative !== '' && isBelow(relative));
  return (found ?? path.basename(file)).replaceAll(path.sep, '/');
}
