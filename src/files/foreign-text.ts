/** What bytes are that are not UTF-8: found out from a piece of the file, for a message that leads to the right text. */
import { TextDecoder } from 'node:util';
import { decodeWindows1252 } from './windows-1252.js';

/** A clause that follows `not valid UTF-8 text;`, and what to do, for `hintFor`. */
export interface ForeignText {
  looksLike: string;
  hint: string;
}

const damaged = 'Fetch the file again: no conversion brings back what is lost.';

/** Judges a piece of a file that is not UTF-8 throughout. */
export function describeForeignText(bytes: Buffer): ForeignText {
  if (isBinary(bytes))
    return { looksLike: 'it looks like a binary file', hint: 'Is it the right file, and whole?' };
  const high = bytes.filter((byte) => byte >= 0x80).length;
  const text = bytes.toString('utf8');
  const invalid = text.match(/\ufffd/g)?.length ?? 0;
  const valid = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  if (valid > invalid) return { looksLike: 'it is UTF-8 with damaged places', hint: damaged };
  const letters = bytes.filter((byte) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a).length;
  if (high > 3 && high > letters / 2) {
    return {
      looksLike: 'it is damaged, or in another encoding than those of Western Europe',
      hint: 'If it is not damaged, convert it from the encoding that its source states: mkdir -p utf8 && iconv -f ENCODING -t UTF-8 FILE > NEW',
    };
  }
  const convert = (encoding: string) =>
    `If so, convert it: mkdir -p utf8 && iconv -f ${encoding} -t UTF-8 FILE > NEW`;
  if (oddities(bytes, 'macintosh') < oddities(bytes, 'windows-1252')) {
    return { looksLike: 'it looks like Mac OS Roman', hint: convert('MACINTOSH') };
  }
  // Its quotation marks and dashes are control characters in Latin-1, which no text has.
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0)
    ? { looksLike: 'it looks like Windows-1252', hint: convert('WINDOWS-1252') }
    : {
        looksLike: 'it looks like Latin-1 (ISO-8859-1) or Windows-1252, which are the same here',
        hint: convert('WINDOWS-1252'),
      };
}

/** Whether there are control characters that no text has. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1a && byte !== 0x1b));
}

/** Places that no writer of English or French leaves in a text, read in that encoding. */
function oddities(bytes: Buffer, encoding: 'macintosh' | 'windows-1252'): number {
  const text = encoding === 'macintosh' ? new TextDecoder(encoding).decode(bytes) : decodeWindows1252(bytes);
  // A capital behind a small letter; a sign or a control character in or at a word.
  return (
    text.match(/\p{Ll}(?=[À-ÞŠŒŽŸ])|\p{L}(?=[\p{S}\u0080-\u009fªº¹²³†‡‰])|[\u0080-\u009f]/gu)?.length ?? 0
  );
}
