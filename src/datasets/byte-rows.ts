/** Texts of bytes that are not written as they are: as the row of a data set, or as a list of the bytes' numbers. */
import { DataError } from '../errors.js';
import { structureOf } from './formats/structure.js';
import { readText } from './formats/text.js';
import { readTextRows } from './formats/text-rows.js';

/**
 * The bytes of a text that is the only row of a file, or that is written as numbers; undefined where the file is the text itself.
 * Throws DataError where there are several rows, because what stood between them is not known, and for what is no number of a byte.
 */
export async function readStructuredBytes(file: string): Promise<Buffer | undefined> {
  const structure = await structureOf(file);
  if (structure === undefined) return undefined;
  if (structure === 'numbers') return bytesOfNumbers(await readText(file), file);
  const rows = (await readTextRows(file))!;
  if (rows.length <= 1) return Buffer.from(rows[0]?.text ?? '');
  throw new DataError({
    file,
    problem: 'the text is cut into rows, and what stood between them is not known.',
    expected: 'the whole text in one row',
    found: rows.length,
    hint: 'Pass the text as one file.',
  });
}

/** Numbers with spaces between; the usual script leaves line ends (10) as they are, between spaces too. */
function bytesOfNumbers(text: string, file: string): Buffer {
  const words = text
    .replace(/\n$/, '')
    .split(/ +/)
    .filter((word) => word !== '');
  return Buffer.from(
    words.map((word, index) => {
      if (word === '\n') return 10;
      if (/^\d{1,3}$/.test(word) && Number(word) <= 255) return Number(word);
      throw new DataError({
        file,
        at: `number ${index + 1}`,
        problem: 'a list of byte numbers, but this is none.',
        expected: '0 to 255, with spaces between',
        found: JSON.stringify(word.slice(0, 40)),
        hint: 'Pass the text that the bytes are.',
      });
    }),
  );
}
