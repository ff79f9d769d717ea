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

const symbolOfByte: readonly string[] = allBytes.map((byte) => byteSymbols[symbolBytes.indexOf(byte)]);

const byteOfSymbol: ReadonlyMap<string, number> = new Map(
  byteSymbols.map((symbol, index) => [symbol, symbolBytes[index]]),
);

/** What some text is written as, byte by byte of its UTF-8. */
export function toByteSymbols(text: string): string {
  let symbols = '';
  for (const byte of new TextEncoder().encode(text)) symbols += symbolOfByte[byte];
  return symbols;
}

/** The bytes of a string of symbols; where a character stands for no byte, its own UTF-8: it is then text as it is. */
function bytesOfSymbols(symbols: string): number[] {
  const bytes: number[] = [];
  for (const character of symbols) {
    const byte = byteOfSymbol.get(character);
    if (byte === undefined) return [...new TextEncoder().encode(symbols)];
    bytes.push(byte);
  }
  return bytes;
}

/** The text of tokens; bytes that are no UTF-8 become U+FFFD. A byte order mark is text like any other. */
export function decodeByteSymbols(tokens: readonly string[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(tokens.flatMap(bytesOfSymbols)),
  );
}
