/**
 * Characters that would do something to a terminal instead of being shown: the control characters of C0 and C1 except tab and line
 * break, DEL, and those that turn the direction of what follows. Texts from outside, such as names of models, messages of servers and
 * what models write, may have them.
 */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The only sequences that this tool writes itself: bold, and its end (reports/grid.ts). */
const ownBold = /(\u001b\[(?:1|22)m)/;

/** The text with such characters written out, `\x1b` for an escape, so that a reader sees that they are there. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The same for a text in which bold may be this tool's own. */
export function printableWithBold(text: string): string {
  return text
    .split(ownBold)
    .map((part, place) => (place % 2 === 1 ? part : printable(part)))
    .join('');
}
