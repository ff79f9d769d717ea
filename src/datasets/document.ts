import { DataError } from '../errors.js';
import { countWords } from '../tokenizers/white-space.js';
import { readTextPieces, type TextRange } from './text-file.js';

/** A text file or, where its end is held out, a part of one. */
export interface CorpusDocument extends TextRange {
  /** Path below the folder that was named, with `/`; base name of a file that was named itself. */
  name: string;
  /** sha256 (hex) of its bytes. */
  sha256: string;
  /** Words between white space. */
  words: number;
}

/** Reads a file, or a part of it, once, checks it as `readTextPieces` does and counts its words. */
export async function readDocument(name: string, range: TextRange): Promise<CorpusDocument> {
  const pieces = readTextPieces(range);
  let words = 0;
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return { name, ...range, sha256: value, words };
    words += countWords(value);
  }
}

/** The text of a document in pieces, as `readTextPieces` cuts it. Throws DataError when it is no longer what it was. */
export async function* readPieces(document: CorpusDocument): AsyncGenerator<string> {
  const sha256 = yield* readTextPieces(document);
  if (sha256 === document.sha256) return;
  throw new DataError({
    file: document.file,
    problem: 'the file has changed since the corpus was read.',
    hint: 'Start again, and leave the files alone until the text is tokenized.',
  });
}
