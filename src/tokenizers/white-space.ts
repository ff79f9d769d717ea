/**
 * Unicode's White_Space, one UTF-16 code unit at a time: for loops over whole corpora, where the equal `\p{White_Space}`
 * takes ten times as long. All 25 characters lie in the basic plane.
 */

/** Whether a UTF-16 code unit is white space. */
export function isWhiteSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x85) return false;
  if (unit < 0x2000) return unit === 0x85 || unit === 0xa0 || unit === 0x1680;
  if (unit <= 0x200a) return true;
  return unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/** Number of words between white space: what perplexity per word is counted in. */
export function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let index = 0; index < text.length; index++) {
    const space = isWhiteSpace(text.charCodeAt(index));
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}

/**
 * The last position of a text, after `from`, where it can be cut so that its two parts have the same words of GPT-2's
 * split pattern as the whole, whatever follows; -1 if there is none. That is between a character that is not white space
 * and one that is: every word ends there, and what the pattern looks at ahead of white space is still in the same part.
 */
export function lastWordEnd(text: string, from = 0): number {
  for (let index = text.length - 1; index > from; index--) {
    if (isWhiteSpace(text.charCodeAt(index)) && !isWhiteSpace(text.charCodeAt(index - 1))) return index;
  }
  return -1;
}
