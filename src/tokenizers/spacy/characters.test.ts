import { expect, it } from 'vitest';
import { letters, lowerCase, symbols, upperCase } from './characters.js';

function count(characterClass: string): number {
  const member = new RegExp(`^[${characterClass}]$`, 'v');
  let total = 0;
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (member.test(String.fromCodePoint(codePoint))) total++;
  }
  return total;
}

// Sizes of ALPHA, ALPHA_LOWER, ALPHA_UPPER and ICONS in spaCy 3.8.16, counted over all code points with Python 3.11. A
// Unicode version that moves a letter to another case shows here.
it.each([
  ['letters', letters, 105_724],
  ['lower-case letters', lowerCase, 105_177],
  ['upper-case letters', upperCase, 104_939],
  ['symbols', symbols, 5_984],
])('the class of %s has the size it has in spaCy', (_name, characterClass, size) => {
  expect(count(characterClass)).toBe(size);
});
