/** What Python splits at and strips: Unicode's white space and four control characters; `\s` has U+FEFF as well. */
const whiteSpace = /[\p{White_Space}\x1c-\x1f]+/u;
const trailingWhiteSpace = /[\p{White_Space}\x1c-\x1f]+$/u;

/**
 * The tokens that BLEU counts, as mteval-v13a and sacrebleu 2.6 (`tok:13a`) make them: punctuation of ASCII stands alone, but
 * not the apostrophe, nor full stop and comma inside a number; other scripts' punctuation stays where it is.
 */
export function tokenize13a(text: string): string[] {
  const plain = text
    .replace(trailingWhiteSpace, '')
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    // In this order: `&amp;lt;` becomes `<`, as in the original.
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(whiteSpace)
    .filter((token) => token !== '');
}
