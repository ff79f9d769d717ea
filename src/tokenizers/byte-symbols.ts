/**
 * GPT-2 writes every byte as one printable character, so that a vocabulary file is readable text: the bytes 33-126,
 * 161-172 and 174-255 stand for themselves, the other 68 for U+0100 upwards in byte order (space is Ġ, newline Ċ).
 *
 * Source: openai/gpt-2 src/encoder.py:bytes_to_unicode.
 */

const isPrintable = (byte: number) =>
  (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
const printable = allBytes.filter(isPrintable);
const unprintable = allBytes.filter((byte) => !isPrintable(byte));

/** The 256 byte symbols in the order of GPT-2's vocabulary, where they have the ids 0 to 255. */
export const byteSymbols: readonly string[] = [
  ...printable.map((byte) => String.fromCharCode(byte)),
  ...unprintable.map((_, index) => String.fromCharCode(0x100 + index)),
];

/** The byte that each of `byteSymbols` stands for. */
export const symbolBytes: readonly number[] = [...printable, ...unprintable];
