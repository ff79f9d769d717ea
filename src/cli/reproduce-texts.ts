/** Texts of a plan that no data set has as they are needed, made once from the books that the family was trained on. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { readTextFile } from '../files/decode.js';
import { exists } from '../files/exists.js';
import { makeFolder } from '../files/folder.js';
import { listTextFiles, type TextFile } from '../overlap/documents.js';
import { keyedRandom } from '../random/keyed-random.js';
import { drawBelow } from '../random/shuffle.js';
import type { Plan } from '../reports/plan.js';

/**
 * What a path that begins with `@` means: the books that no model has read; all that they have read; of these an excerpt, as long as
 * the held-out ones together.
 */
const preparedTexts = ['@held-out', '@books', '@training-text'] as const;
/** One of `preparedTexts`. */
export type PreparedText = (typeof preparedTexts)[number];

/** The folder of such texts below the folder of the run; the same place whether they are there yet or not. */
export function preparedPath(text: PreparedText, folder: string): string {
  return path.join(folder, text.slice(1));
}

/**
 * Writes them into that folder. What is there already stays as it is; each book keeps its base name, so that results name it and
 * no folder of this machine. Throws UserError where a held-out book is missing.
 */
export async function prepareTexts(
  text: PreparedText,
  { training, heldOut }: Pick<Plan, 'training' | 'heldOut'>,
  dataDir: string,
  folder: string,
): Promise<void> {
  const source = path.join(dataDir, training.text);
  const all = await listTextFiles([source]);
  const held = all.filter(({ name }) => heldOut.includes(name));
  if (held.length < heldOut.length) {
    const missing = heldOut.find((name) => !held.some((book) => book.name === name));
    throw new UserError(`${source} has no ${missing}, which is held out of the training.`, {
      hint: 'The folder must hold the books as models/tiny/README.md names them.',
    });
  }
  const books = all.filter((book) => !held.includes(book));
  const target = preparedPath(text, folder);
  await makeFolder(target);
  const chosen = text === '@held-out' ? held : books;
  const bytes = held.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const [place, book] of chosen.entries()) {
    const file = path.join(target, path.basename(book.name));
    if (await exists(file)) continue;
    if (text !== '@training-text') await copyFile(book.file, file);
    else {
      const passage = await passageOf(book, Math.ceil(bytes / books.length), place);
      await writeAtomically(file, (handle) => handle.writeFile(passage));
    }
  }
}

const EXCERPT_SEED = 1;

/** Paragraphs of a book from a place drawn at random on, about so long; all of a shorter book. */
async function passageOf({ file }: TextFile, length: number, place: number): Promise<string> {
  const text = (await readTextFile(file)).replace(/\r\n?/g, '\n');
  if (text.length <= length) return text;
  const drawn = drawBelow(keyedRandom('excerpt', EXCERPT_SEED, place))(text.length - length);
  const start = text.indexOf('\n\n', drawn);
  const from = start < 0 || start + length > text.length ? text.length - length : start + 2;
  const end = text.indexOf('\n\n', from + length);
  return text.slice(from, end < 0 ? undefined : end + 1);
}
