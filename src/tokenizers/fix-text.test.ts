import { beforeAll, describe, expect, it } from 'vitest';
import { type FixText, loadFixText } from './fix-text.js';

let fixText: FixText;
beforeAll(async () => {
  fixText = await loadFixText();
});

describe('fixText', () => {
  // Results: ftfy.fix_text of Python ftfy 6.3.1 with its defaults.
  it.each([
    ['â€œmojibakeâ€\u009d sÃ©ance', '"mojibake" séance'],
    ['“curly” ‘quotes’', '"curly" \'quotes\''],
    ['&amp; &lt;', '& <'],
    ['<b>&amp;</b>', '<b>&amp;</b>'],
    ['&amp;\nplain <b>\n&amp;', '&\nplain <b>\n&amp;'],
    ['ﬁne Ａ１', 'fine A1'],
    ['e\u0301', 'é'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['\ufeffa\u0007b\u001b[31mc', 'abc'],
    ['x\u0085y', 'x…y'],
    ['\ud83d alone', '\ufffd alone'],
  ])('turns %j into %j', (text, expected) => {
    expect(fixText(text)).toBe(expected);
  });
});
