/**
 * What is a word to GPT-2 (GPT-2 paper §2.2; openai/gpt-2 src/encoder.py). Merges never cross a word. In order:
 * contractions (lower case only, as trained), letters, digits, other signs, each with the space before it, then
 * whitespace, of which the last character is left to the word behind it.
 *
 * `\s` is spelled out as White_Space: JavaScript's own `\s` lacks U+0085 and has U+FEFF in addition.
 */
export const gpt2Word =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Kinds of characters that the pattern tells apart. */
const [OTHER, LETTER, NUMBER, SPACE, SURROGATE] = [0, 1, 2, 3, 4] as const;

/** The kind of each UTF-16 code unit; made when the first text comes, 65,536 small tests. */
let kinds: Uint8Array | undefined;

function kindOf(character: string): number {
  if (/\p{L}/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return NUMBER;
  return /\p{White_Space}/u.test(character) ? SPACE : OTHER;
}

function makeKinds(): Uint8Array {
  const made = new Uint8Array(65_536);
  for (let unit = 0; unit < made.length; unit++) {
    made[unit] = (unit & 0xf800) === 0xd800 ? SURROGATE : kindOf(String.fromCharCode(unit));
  }
  return made;
}

/**
 * The words of `gpt2Word` one after another, several times as fast as matching it: `onWord` gets where each begins and where it ends.
 * The pieces join up to the whole text.
 */
export function forEachGpt2Word(text: string, onWord: (start: number, end: number) => void): void {
  kinds ??= makeKinds();
  const table = kinds;
  const length = text.length;
  /** The kind of the character at a place, two units long where it is a pair. */
  const kindAt = (at: number): number => {
    const kind = table[text.charCodeAt(at)]!;
    if (kind !== SURROGATE) return kind;
    const pair = text.codePointAt(at)!;
    // Half a pair is no letter, no number and no space.
    return pair > 0xffff ? kindOf(String.fromCodePoint(pair)) : OTHER;
  };
  const widthAt = (at: number): number => (text.codePointAt(at)! > 0xffff ? 2 : 1);
  /** Where a run of one kind ends that has a character at `at`. */
  const endOfRun = (at: number, kind: number): number => {
    let end = at;
    while (end < length) {
      const unit = table[text.charCodeAt(end)]!;
      if (unit === kind) end++;
      else if (unit === SURROGATE && kindAt(end) === kind) end += widthAt(end);
      else break;
    }
    return end;
  };
  let start = 0;
  while (start < length) {
    let end = start;
    if (text.charCodeAt(start) === 0x27) end = endOfContraction(text, start);
    if (end === start) {
      const isBlank = text.charCodeAt(start) === 0x20;
      const first = isBlank && start + 1 < length ? start + 1 : start;
      const kind = kindAt(first);
      if (kind !== SPACE) end = endOfRun(first, kind);
      else {
        end = endOfRun(start, SPACE);
        // The last one goes to what follows, unless it is alone.
        if (end < length && end - start > 1) end--;
      }
    }
    onWord(start, end);
    start = end;
  }
}

/** Where `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at that place ends; the place itself where none is. */
function endOfContraction(text: string, at: number): number {
  switch (text[at + 1]) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return at + 2;
    case 'r':
    case 'v':
      return text[at + 2] === 'e' ? at + 3 : at;
    case 'l':
      return text[at + 2] === 'l' ? at + 3 : at;
    default:
      return at;
  }
}
