/**
 * Bilingual dictionaries in the form of MUSE (Conneau et al. 2017, "Word Translation Without Parallel Data"): on each line a
 * word and one of its translations, in lower case, with a space or a tab between them.
 */
import { DataError } from '../errors.js';
import { streamLines } from './formats/lines.js';

/** The first translation that the file lists of every word. */
export type BilingualDictionary = ReadonlyMap<string, string>;

/** Reads a dictionary. Throws DataError for a line that is no pair, and for a file without any. */
export async function readBilingualDictionary(file: string): Promise<BilingualDictionary> {
  const dictionary = new Map<string, string>();
  for await (const { number, text } of streamLines(file)) {
    const [word, translation, ...rest] = text.trim().split(/[ \t]+/);
    if (!word || !translation || rest.length > 0) {
      throw new DataError({
        file,
        at: `line ${number}`,
        problem: 'a line of a dictionary holds a word and its translation.',
        expected: '"word translation"',
        found: JSON.stringify(text.slice(0, 60)),
      });
    }
    if (!dictionary.has(word)) dictionary.set(word, translation);
  }
  if (dictionary.size > 0) return dictionary;
  throw new DataError({
    file,
    problem: 'the dictionary is empty.',
    expected: 'a word and its translation on each line',
  });
}
