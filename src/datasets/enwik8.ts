/** enwik8 (Mahoney 2006, the data of the Hutter prize): the first 100,000,000 bytes of an XML dump of Wikipedia. */
import { type ByteSplit, cutPieces, readByteSplit, splitPieces } from './byte-split.js';
import type { Dataset } from './dataset.js';

/** One split, always the last or the last but one 5,000,000 bytes. A row is a piece of about 1,000 bytes; together they are the text. */
export function enwik8(split: ByteSplit): Dataset<string> {
  return {
    name: `enwik8 ${split}`,
    folder: 'enwik8',
    files: ['enwik8', 'enwik8.zip', 'enwik8.gz'],
    sample: 'enwik8-piece.xml',
    publishedRows: splitPieces,
    source: 'http://mattmahoney.net/dc/enwik8.zip',
    licence: 'CC BY-SA 3.0, GFDL',
    read: async ([file], note) => cutPieces(await readByteSplit(file!, 'enwik8', split, note), file!),
  };
}
