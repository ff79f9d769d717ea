import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { DataError } from '../errors.js';
import { textEncoding } from '../files/decode.js';
import { hintFor } from '../files/file-kinds.js';
import { describeForeignText } from '../files/foreign-text.js';
import { unreadable } from '../files/unreadable.js';
import { lastWordEnd } from '../tokenizers/white-space.js';
import { lineEndOf } from './formats/line-ends.js';

/** A part of a text file, or of the texts of a file of rows. */
export interface TextRange {
  /** Path as the user knows it. */
  file: string;
  /** What is read in place of the file's own bytes: its texts, one behind the other, in UTF-8. */
  texts?: Buffer;
  /** First byte, and the one behind the last. */
  start: number;
  end: number;
}

/** Read at a time; small enough that progress moves and Ctrl-C is heard between two pieces. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The text of a UTF-8 file in pieces that end where a word of GPT-2 ends, so that the pieces have the same words and ids
 * as the whole. A byte order mark is dropped; CRLF, and CR where there is no LF, become LF. Memory holds a piece at a time (longer
 * only where there is no white space); returns the sha256 (hex) of the bytes.
 *
 * Throws UserError when the file cannot be read, DataError when it is binary, cut short or not UTF-8.
 */
export async function* readTextPieces(range: TextRange): AsyncGenerator<string, string> {
  const { file, texts, start } = range;
  const hash = createHash('sha256');
  // A mark is one only at the start of a file.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: start > 0 || texts !== undefined });
  let carried = '';
  let bytes = 0;
  let end: string | undefined;
  const withLineFeeds = (piece: string) =>
    end === '\r' ? piece.replaceAll('\r', '\n') : piece.replaceAll('\r\n', '\n');
  for await (const chunk of readChunks(range)) {
    hash.update(chunk);
    bytes += chunk.length;
    if (start === 0 && texts === undefined && bytes === chunk.length) checkUtf8(chunk, file);
    if (chunk.includes(0)) {
      throw new DataError({
        file,
        problem: 'a binary file: it holds zero bytes.',
        hint: 'Leave the file out.',
      });
    }
    const text = carried + (await decode(decoder, chunk, range));
    // A CR at the end may be half of CRLF.
    end ??= lineEndOf(text.replace(/\r$/, ''));
    const cut = lastWordEnd(text, Math.max(0, carried.length - 1));
    if (cut > 0) yield withLineFeeds(text.slice(0, cut));
    carried = cut > 0 ? text.slice(cut) : text;
  }
  if (bytes !== range.end - start) {
    throw new DataError({ file, problem: 'the file was cut short while it was read.' });
  }
  carried += await decode(decoder, undefined, range);
  end ??= lineEndOf(carried);
  if (carried !== '') yield withLineFeeds(carried);
  return hash.digest('hex');
}

/**
 * Where to cut a file in two: behind the first line end at or after its start (LF, or CR where no LF comes), else behind a space;
 * undefined if none of them comes.
 */
export async function findCut(range: TextRange): Promise<number | undefined> {
  let position = range.start;
  let afterReturn: number | undefined;
  let afterSpace: number | undefined;
  for await (const chunk of readChunks(range)) {
    const line = chunk.indexOf(0x0a);
    if (line >= 0 && position + line + 1 < range.end) return position + line + 1;
    const carriageReturn = chunk.indexOf(0x0d);
    if (carriageReturn >= 0 && position + carriageReturn + 1 < range.end)
      afterReturn ??= position + carriageReturn + 1;
    const space = chunk.indexOf(0x20);
    if (space >= 0 && position + space + 1 < range.end) afterSpace ??= position + space + 1;
    position += chunk.length;
  }
  return afterReturn ?? afterSpace;
}

async function* readChunks({ file, texts, start, end }: TextRange): AsyncGenerator<Buffer> {
  if (start === end) return;
  if (texts !== undefined) {
    for (let from = start; from < end; from += CHUNK_BYTES)
      yield texts.subarray(from, Math.min(end, from + CHUNK_BYTES));
    return;
  }
  const stream = createReadStream(file, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw unreadable(file, cause);
  }
}

/** Places are counted in bytes of UTF-8, so other encodings are not read here, but named. */
function checkUtf8(start: Buffer, file: string): void {
  const encoding = textEncoding(start.subarray(0, 1024), file);
  if (encoding === 'utf-8') return;
  const marked = start[0]! >= 0xfe ? 'UTF-16' : encoding.toUpperCase();
  throw new DataError({
    file,
    problem: 'this is text in UTF-16.',
    hint: hintFor(
      `Leave the file out, or convert it: mkdir -p utf8 && iconv -f ${marked} -t UTF-8 FILE > NEW`,
      file,
    ),
  });
}

/** Decodes the next bytes; undefined stands for the end. */
async function decode(decoder: TextDecoder, chunk: Buffer | undefined, range: TextRange): Promise<string> {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    const { looksLike, hint } =
      chunk === undefined
        ? { looksLike: 'it ends within a character', hint: 'It was cut: fetch it again.' }
        : describeForeignText(chunk);
    throw new DataError(
      {
        file: range.file,
        at: `line ${await firstInvalidLine(range.file, range.end)}`,
        problem: `not valid UTF-8 text; ${looksLike}.`,
        hint: hintFor(`Leave the file out, or mend it. ${hint}`, range.file),
      },
      { cause },
    );
  }
}

/** Number of the line, from 1, that holds the first invalid byte; 0x0a is never part of another UTF-8 character. */
async function firstInvalidLine(file: string, end: number): Promise<number> {
  let line = 1;
  let carried = Buffer.alloc(0);
  for await (const chunk of readChunks({ file, start: 0, end })) {
    let bytes = Buffer.concat([carried, chunk]);
    for (let lineEnd = bytes.indexOf(0x0a); lineEnd >= 0; lineEnd = bytes.indexOf(0x0a)) {
      if (!isUtf8(bytes.subarray(0, lineEnd))) return line;
      bytes = bytes.subarray(lineEnd + 1);
      line++;
    }
    carried = bytes;
  }
  return line;
}
