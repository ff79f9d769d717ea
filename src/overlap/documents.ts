/** Text files of a user as documents that come in pieces, for texts that do not fit into memory. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { textField } from '../datasets/formats/fields.js';
import { streamJsonRows } from '../datasets/formats/json-rows.js';
import { streamLines } from '../datasets/formats/lines.js';
import { structureOfName } from '../datasets/formats/structure.js';
import { readTextRows } from '../datasets/formats/text-rows.js';
import { unpack } from '../datasets/formats/unpack.js';
import { UserError } from '../errors.js';
import { decodeText } from '../files/decode.js';
import { refusePipe, unreadable } from '../files/unreadable.js';

/** A file that was named, or found in a folder that was. */
export interface TextFile {
  /** Path below the folder that was named, with `/`; base name of a file that was named itself. */
  name: string;
  /** The path behind all links: the same file has one of them only. */
  file: string;
  sizeBytes: number;
}

/** What a document is. */
export interface DocumentOptions {
  /** Each line of a text file is a document, as in files with an example on each line. @default the whole file is one */
  lines?: boolean;
  /** Key of the text in JSON lines. @default text */
  key?: string;
}

/** A piece of a document; all pieces of one follow each other. */
export interface DocumentPiece {
  /** `ptb.test.txt`, or `lambada_test.jsonl:12` for a line of a file. */
  document: string;
  text: string;
}

/** What is taken from a folder, also packed with gzip. */
const textNames = /\.(txt|text|tokens|raw|jsonl)(\.gz)?$/i;

/**
 * The files behind paths: a file stands for itself, a folder for all text files in it and its folders (.txt, .text, .tokens,
 * .raw, .jsonl, and these with .gz), sorted by name. A file that is named twice counts once. Throws UserError for what
 * cannot be read and for a folder without text files.
 */
export async function listTextFiles(paths: readonly string[]): Promise<TextFile[]> {
  const files = new Map<string, TextFile>();
  for (const given of paths) {
    for (const { name, file } of await listOne(given)) {
      const real = await realpath(file);
      if (!files.has(real)) files.set(real, { name, file: real, sizeBytes: (await stat(real)).size });
    }
  }
  return [...files.values()];
}

async function listOne(given: string): Promise<{ name: string; file: string }[]> {
  let entries: string[];
  try {
    if (!(await stat(given)).isDirectory()) {
      await refusePipe(given);
      return [{ name: path.basename(given), file: given }];
    }
    entries = (await readdir(given, { recursive: true })).filter((entry) => textNames.test(entry));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw unreadable(given, cause);
  }
  if (entries.length > 0) {
    return entries
      .map((entry) => ({ name: entry.replaceAll(path.sep, '/'), file: path.join(given, entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  throw new UserError(`The folder ${given} holds no text file.`, {
    hint: 'Taken are .txt, .text, .tokens, .raw and .jsonl, also with .gz; other files can be named one by one.',
  });
}

/**
 * The documents of a file, unpacked as its name says. `.jsonl` has one on each line; another file is one, or one on each line
 * with `lines`. Throws DataError naming file and line for anything that is not UTF-8 text, or not such JSON.
 */
export async function* streamDocuments(
  { name, file }: TextFile,
  { lines = false, key = 'text' }: DocumentOptions = {},
): AsyncGenerator<DocumentPiece> {
  if (lines && structureOfName(file) === undefined) {
    for await (const { number, text } of streamLines(file)) yield { document: `${name}:${number}`, text };
    return;
  }
  if (/\.jsonl(\.gz)?$/i.test(file)) {
    for await (const { at, values } of streamJsonRows(file)) {
      yield { document: documentOf(name, at), text: textField(values, key, { file, at }) };
    }
    return;
  }
  const rows = await readTextRows(file, { key: structureOfName(file) === undefined ? undefined : key });
  if (rows === undefined) {
    for await (const text of decodeText(unpack(file), file)) yield { document: name, text };
    return;
  }
  for (const { at, text } of rows) yield { document: documentOf(name, at), text };
}

/** `row 12` of a file by its number. */
const documentOf = (name: string, at: string) => `${name}:${at.replace(/\D+/, '')}`;
