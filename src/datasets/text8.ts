/** text8 (Mahoney 2006): the text of enwik9 in the letters a to z and single spaces, digits spelled out, 100,000,000 bytes. */
import { DataError } from '../errors.js';
import { type ByteSplit, cutPieces, readByteSplit, splitPieces } from './byte-split.js';
import type { Dataset } from './dataset.js';

/** Throws DataError at the first character that text8 does not have. */
function checkLetters(text: string, file: string): string {
  const strange = text.search(/[^a-z ]/);
  if (strange < 0) return text;
  throw new DataError({
    file,
    at: `character ${strange + 1}`,
    problem: 'text8 has nothing but small letters and spaces.',
    found: JSON.stringify(text.slice(strange, strange + 1)),
  });
}

async function readText8(
  file: string,
  split: ByteSplit,
  note?: (sentence: string) => void,
): Promise<string[]> {
  const text = Buffer.from(await readByteSplit(file, 'text8', split, note)).toString('latin1');
  // A line end that an editor put behind a piece of text8 is none of its characters.
  return cutPieces(Buffer.from(checkLetters(text.replace(/\n$/, ''), file)), file);
}

/** One split. A row is a piece of 1,000 characters; together they are the text. */
export function text8(split: ByteSplit): Dataset<string> {
  return {
    name: `text8 ${split}`,
    folder: 'text8',
    files: ['text8', 'text8.zip', 'text8.gz'],
    hub: { repo: 'afmck/text8', path: `data/${split}-00000-of-00001.parquet` },
    sample: 'text8-piece.txt',
    publishedRows: splitPieces,
    source: 'http://mattmahoney.net/dc/text8.zip',
    licence: 'CC BY-SA 3.0, GFDL',
    read: ([file], note) => readText8(file!, split, note),
  };
}
