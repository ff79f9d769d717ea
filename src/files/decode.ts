/**
 * Bytes of a user's file as text: the one way in which this program reads text. UTF-8, or UTF-16 where a byte order mark or the zero
 * bytes show it; marks are dropped, line ends stay. Nothing is ever replaced by U+FFFD.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { DataError } from '../errors.js';
import { fileKind, hintFor, unmarkedEncoding } from './file-kinds.js';
import { describeForeignText, type ForeignText, isBinary } from './foreign-text.js';
import { unreadable } from './unreadable.js';

/** The encodings that are read. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Bytes that are looked at to tell the encoding. */
const SNIFFED_BYTES = 1024;

/** Decodes bytes that come in pieces. Throws DataError naming what the file is, or the first byte that is not text, from 0. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const decoding = new TextDecoding(file);
  for await (const chunk of chunks) {
    const text = decoding.write(chunk);
    if (text !== '') yield text;
  }
  const text = decoding.end();
  if (text !== '') yield text;
}

/** Decodes bytes that are all there. Throws as `decodeText` does. */
export function decodeBytes(bytes: Uint8Array, file: string): string {
  const decoding = new TextDecoding(file);
  return decoding.write(bytes) + decoding.end();
}

/** The text of a file that fits into memory. Throws as `decodeText` does, and UserError for a file that cannot be read. */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return decodeBytes(bytes, file);
}

/** As `readTextFile`, but undefined where there is no such file. */
export async function findTextFile(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw unreadable(file, cause);
  });
  return bytes && decodeBytes(bytes, file);
}

/**
 * The encoding of a file that begins with these bytes: of its mark, or as the zero bytes say. Throws DataError for a file of
 * another kind (`fileKind`) and for UTF-32.
 */
export function textEncoding(start: Uint8Array, file: string): TextEncoding {
  const refuse = (what: string, hint: string) => {
    throw new DataError({ file, problem: `this is ${what}.`, hint: hintFor(hint, file) });
  };
  const kind = fileKind(start);
  if (kind !== undefined) refuse(kind.name, kind.hint);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const unmarked = unmarkedEncoding(start);
  if (unmarked === 'UTF-32LE' || unmarked === 'UTF-32BE') {
    refuse('text in UTF-32', `Convert it: mkdir -p utf8 && iconv -f ${unmarked} -t UTF-8 FILE > NEW`);
  }
  return (unmarked as TextEncoding | undefined) ?? 'utf-8';
}

/** The state of a text that comes in pieces. */
class TextDecoding {
  #encoding: TextEncoding | undefined;
  /** The beginning of the file, until the encoding is known; later that of a character that the next piece ends. */
  #carried: Uint8Array = new Uint8Array(0);
  /** Bytes that were decoded, and whether each was a character. */
  #position = 0;
  #isAscii = true;

  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** The text of the next bytes, as far as it is known. */
  write(chunk: Uint8Array): string {
    const bytes = this.#carried.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#carried, chunk]);
    this.#carried = bytes;
    if (this.#encoding === undefined && bytes.length < SNIFFED_BYTES) return '';
    return this.#decode(bytes);
  }

  /** The rest of the text. */
  end(): string {
    const text = this.#encoding === undefined ? this.#decode(asBuffer(this.#carried)) : '';
    const { length } = this.#carried;
    if (length === 0) return text;
    // One byte alone, the first that is not ASCII, may as well be a letter of Latin-1.
    const { looksLike, hint } =
      length === 1 && this.#isAscii ? describeForeignText(asBuffer(this.#carried)) : cutShort;
    throw invalid(this.#file, this.#position, looksLike, hint, this.#encoding);
  }

  #decode(bytes: Buffer): string {
    this.#encoding ??= textEncoding(bytes.subarray(0, SNIFFED_BYTES), this.#file);
    const end = bytes.length - unfinishedBytes(bytes, this.#encoding);
    const whole = bytes.subarray(0, end);
    const text =
      this.#encoding === 'utf-8'
        ? decodeUtf8(whole, this.#position, this.#file)
        : decodeUtf16(whole, this.#encoding, this.#position, this.#file);
    const isStart = this.#position === 0;
    this.#isAscii &&= text.length === end;
    this.#position += end;
    this.#carried = bytes.subarray(end);
    return isStart && text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

function decodeUtf8(bytes: Buffer, position: number, file: string): string {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  const offset = firstInvalid(bytes, text);
  if (position === 0 && offset === 0 && !isBinary(bytes) && isUtf8(bytes.subarray(leadingRest(bytes)))) {
    throw invalid(file, 0, cutOut.looksLike, cutOut.hint);
  }
  const { looksLike, hint } = describeForeignText(bytes);
  throw invalid(file, position + offset, looksLike, hint);
}

/** What cannot be decoded has become U+FFFD; the first that does not stand for itself in the bytes is the place. */
function firstInvalid(bytes: Buffer, text: string): number {
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (bytes.indexOf('\ufffd', offset) !== offset) return offset;
  }
  return 0;
}

function decodeUtf16(bytes: Buffer, encoding: TextEncoding, position: number, file: string): string {
  const text = (encoding === 'utf-16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
  const half = text.search(/\p{Surrogate}/u);
  if (half < 0) return text;
  throw invalid(file, position + 2 * half, 'half a character stands alone', damagedHint, encoding);
}

const damagedHint = 'Fetch the file again.';
const cutShort: ForeignText = {
  looksLike: 'it ends within a character',
  hint: 'It was cut: fetch it again.',
};
const cutOut: ForeignText = {
  looksLike: 'it begins within a character',
  hint: 'It was cut out of another file: begin at a whole character.',
};

function invalid(
  file: string,
  position: number,
  looksLike: string,
  hint: string,
  encoding: TextEncoding = 'utf-8',
): DataError {
  const name = encoding === 'utf-8' ? 'UTF-8' : 'UTF-16';
  return new DataError({
    file,
    at: `byte ${position}`,
    problem: `the file is not valid ${name} text; ${looksLike}.`,
    hint: hintFor(hint, file),
  });
}

const isContinuation = (byte: number) => (byte & 0xc0) === 0x80;

/** How many bytes at the start are the rest of a character that began before them, 0 to 3. */
export function leadingRest(bytes: Uint8Array): number {
  let rest = 0;
  while (rest < 3 && rest < bytes.length && isContinuation(bytes[rest]!)) rest++;
  return rest;
}

/** How many bytes at the end begin a character that is not whole, 0 to 3. */
export function unfinishedBytes(bytes: Uint8Array, encoding: TextEncoding = 'utf-8'): number {
  if (encoding !== 'utf-8') {
    const odd = bytes.length % 2;
    const last = bytes.length - odd - 2;
    const high = last < 0 ? 0 : bytes[encoding === 'utf-16le' ? last + 1 : last]!;
    return high >= 0xd8 && high < 0xdc ? 2 + odd : odd;
  }
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (isContinuation(byte)) continue;
    const length = byte > 0xf4 || byte < 0xc2 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
