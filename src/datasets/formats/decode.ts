import { isUtf8 } from 'node:buffer';
import { DataError } from '../../errors.js';

/**
 * Decodes UTF-8 bytes that come in pieces, without byte order mark. Throws DataError naming the first byte that is not UTF-8,
 * counted from 0.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  // The beginning of a character that the next piece ends.
  let carried: Uint8Array = new Uint8Array(0);
  let position = 0;
  for await (const chunk of chunks) {
    const bytes =
      carried.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([carried, chunk]);
    const end = bytes.length - unfinishedBytes(bytes);
    const text = decodeWhole(bytes.subarray(0, end), position, file);
    if (text !== '') yield position === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
    position += end;
    carried = bytes.subarray(end);
  }
  if (carried.length > 0) throw invalid(file, position);
}

function decodeWhole(bytes: Buffer, position: number, file: string): string {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  // What cannot be decoded has become U+FFFD; the first that does not stand for itself in the bytes is the place.
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (bytes.indexOf('\ufffd', offset) !== offset) throw invalid(file, position + offset);
  }
  throw invalid(file, position);
}

function invalid(file: string, position: number): DataError {
  return new DataError({
    file,
    at: `byte ${position}`,
    problem: 'the file is not valid UTF-8 text.',
    hint: 'Is it the right file, and whole? A text in another encoding can be converted: iconv -f LATIN1 -t UTF-8.',
  });
}

/** How many bytes at the end begin a character that is not whole, 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}
