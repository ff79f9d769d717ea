/**
 * The customary split of enwik8 and text8, files of 100,000,000 bytes without one of their own: 90 % training, 5 %
 * validation, 5 % test.
 */
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { DataError } from '../errors.js';
import { decodeBytes, leadingRest, unfinishedBytes } from '../files/decode.js';
import { isBinary } from '../files/foreign-text.js';
import { readStructuredBytes } from './byte-rows.js';
import { readBytes, readTail } from './formats/text.js';

/** The training text is not measured. */
export type ByteSplit = 'test' | 'validation';

const fileBytes = 100_000_000;
const splitBytes = 5_000_000;
const pieceBytes = 1000;

/** Rows of a split: what `cutPieces` makes of 5,000,000 bytes. */
export const splitPieces = splitBytes / pieceBytes;

/**
 * The split of the published file, told by its name (`enwik8`, `enwik8.zip`, `enwik8.gz`); any other file is taken whole, as
 * a text that was cut already, in UTF-8: what such a cut left of a character at either end is dropped, which is said to
 * `note`, and rows and lists of byte numbers are read as `readStructuredBytes` does. Throws DataError when the published file does not have its 100,000,000 bytes, and for what is no text.
 */
export async function readByteSplit(
  file: string,
  publishedName: string,
  split: ByteSplit,
  note?: (sentence: string) => void,
): Promise<Uint8Array> {
  const member = /\.zip$/i.test(file) ? publishedName : undefined;
  const name = path.basename(file).toLowerCase();
  const written = /\.zip$/.test(name) ? undefined : await readStructuredBytes(file);
  if (written !== undefined) return written;
  if (name !== publishedName && !name.startsWith(`${publishedName}.`)) {
    const bytes = await readBytes(file);
    return withoutCutCharacters(bytes, path.basename(file), note) ?? Buffer.from(decodeBytes(bytes, file));
  }
  const bytes = split === 'test' ? splitBytes : 2 * splitBytes;
  return (await readTail(file, bytes, { member, expectBytes: fileBytes })).subarray(0, splitBytes);
}

/** UTF-8 without the rests of characters at its ends; undefined where there are none, and for what is no UTF-8 even so. */
function withoutCutCharacters(
  bytes: Buffer,
  name: string,
  note: ((sentence: string) => void) | undefined,
): Buffer | undefined {
  const [first, last] = [leadingRest(bytes), unfinishedBytes(bytes)];
  const whole = bytes.subarray(first, bytes.length - last);
  if (first + last === 0 || isBinary(bytes) || !isUtf8(whole)) return undefined;
  if (first > 0) note?.(`${name} begins within a character: its first ${countBytes(first)} left out.`);
  if (last > 0) note?.(`${name} ends within a character: its last ${countBytes(last)} left out.`);
  return whole;
}

const countBytes = (count: number) => (count === 1 ? 'byte was' : `${count} bytes were`);

/**
 * The text in pieces of about 1,000 bytes, none of which cuts a character: each begins with the first character at or behind
 * its place. What is left of a character that the split itself cuts, at either end, is dropped. Throws DataError where the
 * bytes are not UTF-8.
 */
export function cutPieces(bytes: Uint8Array, file: string): string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const end = bytes.length - unfinishedBytes(bytes);
  const pieces: string[] = [];
  for (let place = 0; place < bytes.length; place += pieceBytes) {
    const from = nextCharacter(bytes, place, end);
    const to = nextCharacter(bytes, place + pieceBytes, end);
    try {
      pieces.push(decoder.decode(bytes.subarray(from, to)));
    } catch (cause) {
      throw new DataError(
        { file, at: `bytes ${from} to ${to} of the text`, problem: 'not valid UTF-8.' },
        { cause },
      );
    }
  }
  return pieces;
}

const isContinuation = (byte: number) => (byte & 0xc0) === 0x80;

/** First byte at or behind `place` that begins a character, at most three further: no character has more. */
function nextCharacter(bytes: Uint8Array, place: number, end: number): number {
  let at = Math.min(place, end);
  while (at < end && at < place + 3 && isContinuation(bytes[at]!)) at++;
  return at;
}
