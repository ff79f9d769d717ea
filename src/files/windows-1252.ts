/** What Windows-1252 has from 0x80 to 0x9f, where Latin-1 has control characters; a space stands for what is not assigned. */
const own = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/**
 * Text in Windows-1252; bytes that it does not assign (0x81, 0x8d, 0x8f, 0x90, 0x9d) become the control characters of the same
 * number. Node's own decoder of that name reads Latin-1 (nodejs/node#56542).
 */
export function decodeWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (control) => {
    const character = own[control.charCodeAt(0) - 0x80]!;
    return character === ' ' ? control : character;
  });
}
