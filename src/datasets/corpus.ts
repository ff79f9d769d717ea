/**
 * A user's own text as training data: files and folders become documents, some of which are held out to measure
 * perplexity on.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import { unreadable } from '../files/unreadable.js';
import { type CorpusDocument, readDocument, readPieces } from './document.js';
import { readTextRows } from './formats/text-rows.js';
import { type HoldOut, holdOutDocuments } from './hold-out.js';

/** What a model learns from and what it is measured on; no document, and no copy of one, is in both. */
export interface Corpus {
  training: CorpusDocument[];
  heldOut: CorpusDocument[];
  /** Documents that were left out, with the reason: `empty`, `same text as alone.txt`. */
  skipped: { name: string; reason: string }[];
}

/** How to read a corpus. */
export interface CorpusOptions {
  /** What to keep for measuring. @default nothing */
  holdOut?: HoldOut;
}

/**
 * Reads every file once and checks it. `paths` are text files of any name, files of rows with texts, and folders, of which all `.txt`
 * files are taken, those of folders inside included. Documents stand in the order of `paths`, within a folder in the order of their names
 * by character code. A file that is named twice counts once.
 *
 * Throws UserError when a path cannot be read, a folder holds no `.txt` file, all files are empty or `holdOut` leaves
 * nothing to train on; DataError naming file and line for anything that is not UTF-8 text.
 */
export async function readCorpus(paths: readonly string[], options: CorpusOptions = {}): Promise<Corpus> {
  const files = (await Promise.all(paths.map(listTextFiles))).flat();
  const documents: CorpusDocument[] = [];
  const skipped: Corpus['skipped'] = [];
  const seenFiles = new Set<string>();
  const nameOfText = new Map<string, string>();
  for (const { name, file } of files) {
    const real = await realpath(file);
    if (seenFiles.has(real)) continue;
    seenFiles.add(real);
    for await (const document of documentsOf(name, file)) {
      const same = nameOfText.get(document.sha256);
      if (document.words === 0) skipped.push({ name: document.name, reason: 'empty' });
      else if (same !== undefined) skipped.push({ name: document.name, reason: `same text as ${same}` });
      else {
        nameOfText.set(document.sha256, document.name);
        documents.push(document);
      }
    }
  }
  if (documents.length === 0) {
    throw new UserError(`There is no text in ${paths.join(', ') || 'an empty list of files'}.`, {
      hint: 'Name text files (UTF-8), or folders with .txt files.',
    });
  }
  return { ...(await holdOutDocuments(documents, options.holdOut ?? 0)), skipped };
}

/** The file as one document, or each text of a file of rows (JSON, a table, Parquet) as one: `own.jsonl:12`. */
async function* documentsOf(name: string, file: string): AsyncGenerator<CorpusDocument> {
  const rows = await readTextRows(file);
  if (rows === undefined)
    return yield await readDocument(name, { file, start: 0, end: (await stat(file)).size });
  const texts = Buffer.from(rows.map(({ text }) => text).join(''));
  let end = 0;
  for (const { at, text } of rows) {
    const start = end;
    end += Buffer.byteLength(text);
    yield await readDocument(`${name}:${at.replace(/\D+/, '')}`, { file, texts, start, end });
  }
}

/** The texts of all documents, piece by piece: what `trainBytePairs` learns from. */
export async function* readAllPieces(documents: readonly CorpusDocument[]): AsyncGenerator<string> {
  for (const document of documents) yield* readPieces(document);
}

async function listTextFiles(given: string): Promise<{ name: string; file: string }[]> {
  try {
    const found = await stat(given);
    if (found.isFile()) return [{ name: path.basename(given), file: given }];
    // The text is read several times, which a pipe does not allow.
    if (!found.isDirectory()) throw new Error('it is neither a file nor a folder');
    const entries = (await readdir(given, { recursive: true })).filter((entry) => /\.txt$/i.test(entry));
    const files: { name: string; file: string }[] = [];
    for (const entry of entries) {
      const file = path.join(given, entry);
      if ((await stat(file)).isFile()) files.push({ name: entry.replaceAll(path.sep, '/'), file });
    }
    if (files.length > 0) return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw unreadable(given, cause);
  }
  throw new UserError(`The folder ${given} holds no .txt file.`, {
    hint: 'Files with other names can be named one by one.',
  });
}
