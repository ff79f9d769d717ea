import { unescape_html as decodeHtml } from 'ftfy-js/fixes';
import { DataError } from '../../errors.js';

/** Parts of a file in which `&` begins no reference, and references. */
const pattern =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^[>]*(?:\[[\s\S]*?\]\s*)?>|<\?[\s\S]*?\?>|&(#?[\w.-]+);/g;

/**
 * An XML text whose references all are ones that a parser knows: names of HTML that XML lacks (`&eacute;`) become numbers. Throws
 * DataError, naming the line, for a name that neither has and the file does not declare, and for the number of no character.
 */
export function checkReferences(text: string, file: string): string {
  const declared = new Set(Array.from(text.matchAll(/<!ENTITY\s+([^\s%]+)/g), ([, name]) => name));
  return text.replace(pattern, (whole: string, name: string | undefined, offset: number) => {
    if (name === undefined || /^(amp|lt|gt|quot|apos)$/.test(name) || declared.has(name)) return whole;
    if (name.startsWith('#')) {
      if (isCharacter(Number(name.slice(1).replace(/^x/i, '0x')))) return whole;
    } else {
      const decoded = decodeHtml(whole);
      if (decoded !== whole) return Array.from(decoded, (one) => `&#${one.codePointAt(0)};`).join('');
    }
    const line = text.slice(0, offset).split('\n').length;
    throw new DataError({
      file,
      at: `line ${line}`,
      problem: `the reference ${whole} stands for no character.`,
    });
  });
}

/** XML 1.0, production 2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}
