import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, hasData, needsData, referenceFolder } from '../testing/reference.js';
import { createTokenizer, loadTokenizer } from './load.js';
import type { Tokenizer } from './tokenizer.js';

const folder = path.join(dataFolder, 'tokenizers/gpt1');
const goldenFile = path.join(referenceFolder, 'tokenizers/gpt1.json');

describe('GPT-1 tokenizer with a small vocabulary', () => {
  const symbols = [
    '<unk>',
    ...['d', 'n', "'", 'é', 'o</w>', 't</w>', "'</w>"],
    ...['do</w>', "n'", "n't</w>"],
    '\n</w>',
  ];
  const files = {
    vocab: new Map(symbols.map((symbol, id) => [symbol, id])),
    merges: [
      ['d', 'o</w>'],
      ['n', "'"],
      ["n'", 't</w>'],
    ] as [string, string][],
  };
  const symbolsOf = (tokenizer: Tokenizer, text: string) => tokenizer.encode(text).map((id) => symbols[id]);

  it('prepares text as in training: contractions apart, lower case, line breaks kept', async () => {
    const original = await createTokenizer(files, { architecture: 'gpt1' });
    expect([original.name, original.vocabSize, original.beginOfText]).toEqual([
      'gpt1-original',
      12,
      undefined,
    ]);
    expect(symbolsOf(original, 'Don’t\n\n DO')).toEqual(['do</w>', "n't</w>", '\n</w>', 'do</w>']);
    expect(symbolsOf(original, 'ddé')).toEqual(['d', 'd', '<unk>']);
  });

  it('prepares text as transformers does: no accents, every sign apart, no line breaks', async () => {
    const huggingface = await createTokenizer(files, { architecture: 'gpt1', mode: 'huggingface' });
    expect(huggingface.name).toBe('gpt1-huggingface');
    expect(symbolsOf(huggingface, "Dó'\nT")).toEqual(['do</w>', "'</w>", 't</w>']);
  });

  it('counts every unknown symbol, also next to each other', async () => {
    for (const mode of ['original', 'huggingface'] as const) {
      const tokenizer = await createTokenizer(files, { architecture: 'gpt1', mode });
      // The angle brackets and letters of "<unk>" are text; "n" is the one letter of it that the vocabulary has.
      expect(symbolsOf(tokenizer, 'xyz <unk>').map((symbol) => symbol === 'n')).toEqual(
        [...'xyz<unk>'].map((letter) => letter === 'n'),
      );
      expect(tokenizer.encode('xyz')).toEqual([0, 0, 0]);
    }
  });

  it('has another fingerprint in each mode', async () => {
    const original = await createTokenizer(files, { architecture: 'gpt1' });
    const huggingface = await createTokenizer(files, { architecture: 'gpt1', mode: 'huggingface' });
    expect(original.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(original.fingerprint).not.toBe(huggingface.fingerprint);
  });

  it('refuses ids beyond the vocabulary, and a vocabulary without <unk>', async () => {
    const original = await createTokenizer(files, { architecture: 'gpt1' });
    expect(() => original.decode([12])).toThrow('Token id 12 is not in the vocabulary of 12 symbols.');
    const vocab = new Map([['a', 0]]);
    await expect(createTokenizer({ vocab, merges: [] }, { architecture: 'gpt1' }, 'f')).rejects.toThrow(
      'f: not a gpt1 vocabulary: the symbol "<unk>" is missing.',
    );
  });
});

describe.skipIf(!hasData)(`GPT-1 as in training${needsData}`, () => {
  let original: Tokenizer;
  beforeAll(async () => {
    original = await loadTokenizer(folder, { architecture: 'gpt1' });
  });

  // Ids: ftfy 6.3.1, spaCy 3.8.16 (blank English) and the merges of finetune-transformer-lm.
  it.each([
    ['', []],
    [' \n ', []],
    [
      'The quick brown fox jumps over the lazy dog.',
      [481, 2279, 2507, 8573, 11670, 715, 481, 8447, 2585, 239],
    ],
    ["I don't think it's John's café…", [249, 587, 538, 825, 507, 535, 2476, 535, 13550, 749]],
    [
      'He paid $1,000.50 (approx.) in the U.S.!',
      [487, 3392, 289, 277, 240, 33669, 1, 8393, 276, 1791, 272, 239, 275, 500, 481, 9901, 267],
    ],
    ['one\n\ntwo', [566, 40477, 867]],
    ['state-of-the-art “smart” quotes', [2720, 260, 498, 260, 481, 260, 2212, 244, 3919, 244, 23919]],
  ])('encodes %j', (text, ids) => {
    expect(original.encode(text)).toEqual(ids);
  });

  it('decodes to words with spaces between them', () => {
    expect(original.decode(original.encode("It's one\ntwo."))).toBe("it 's one \n two .");
    expect(original.decode([])).toBe('');
  });

  it('agrees with ftfy 6.3.1 + spaCy 3.8.16 in every case', () => {
    const { cases } = JSON.parse(readFileSync(goldenFile, 'utf8')) as {
      cases: { text: string; words: string[]; ids: number[] }[];
    };
    expect(cases.length).toBe(298);
    const differing = cases.filter(({ text, ids }) => String(original.encode(text)) !== String(ids));
    expect(differing.map(({ text }) => text)).toEqual([]);
  });
});

describe.skipIf(!hasData)(`GPT-1 as in transformers${needsData}`, () => {
  let huggingface: Tokenizer;
  beforeAll(async () => {
    huggingface = await loadTokenizer(folder, { architecture: 'gpt1', mode: 'huggingface' });
  });

  // Ids: OpenAIGPTTokenizer of transformers 5.18.0 with tokenizers 0.23.2, built from the published files.
  it.each([
    ['', []],
    [
      'The quick brown fox jumps over the lazy dog.',
      [481, 2279, 2507, 8573, 11670, 715, 481, 8447, 2585, 239],
    ],
    ["I don't think it's John's café…", [249, 2310, 256, 241, 825, 507, 256, 252, 2476, 256, 252, 10717, 0]],
    [
      'He paid $1,000.50 (approx.) in the U.S.!',
      [
        487, 3392, 289, 277, 240, 7397, 239, 8393, 276, 1791, 272, 239, 275, 500, 481, 254, 239, 252, 239,
        267,
      ],
    ],
    ['one\n\ntwo', [566, 867]],
    ['state-of-the-art “smart” quotes', [2720, 260, 498, 260, 481, 260, 2212, 0, 3919, 0, 23919]],
    ['  Tabs\tand   spaces \r\n', [21082, 488, 12696]],
    ['naïve résumé Ærø İstanbul', [13391, 13837, 113, 17, 372, 34289]],
    ['ΟΔΥΣΣΕΥΣ ΣΑΣ', [185, 189, 204, 201, 201, 186, 204, 439, 201, 179, 439]],
    ['中文字符 mixed 漢字', [0, 0, 0, 0, 5811, 0, 0]],
    ['a𠀀b 𠀀𠀁a', [246, 0, 259, 0, 0, 246]],
    ['日本語テスト。ひらがな', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['emoji 😀👨‍👩‍👧', [2241, 8117, 0, 0, 0, 0]],
    ['a\u200bb\u00adc\ufeffd\u0085e', [570, 25, 596]],
    ['\u2028line\u2029sep\u3000end', [1584, 559, 262, 872]],
    ['100% of $5.00 @ 3:30pm', [11477, 297, 498, 289, 284, 239, 3597, 305, 281, 271, 18688, 10458]],
    [
      'snake_case [x] {y} <z> ~`^|\\',
      [6273, 279, 1703, 293, 272, 294, 309, 253, 310, 295, 274, 290, 283, 299, 317, 323, 365],
    ],
    ['--- ... !!! ???', [260, 260, 260, 239, 239, 239, 267, 267, 267, 257, 257, 257]],
    ['ﬁne ligature Ａ', [0, 2066, 3914, 2709, 0]],
    ['e\u0301 a\u030a', [243, 246]],
    ['supercalifragilisticexpialidocious', [3599, 5139, 8419, 1553, 572, 659, 973, 960, 569, 22683]],
    ['Ph.D. e.g. i.e.', [3094, 239, 248, 239, 243, 239, 268, 239, 249, 239, 243, 239]],
    ['\'\' `` ""', [256, 256, 299, 299, 244, 244]],
    ['½ ² ³ №', [342, 0, 0, 0]],
    ['ß ẞ ǅ', [446, 446, 0]],
  ])('encodes %j', (text, ids) => {
    expect(huggingface.encode(text)).toEqual(ids);
  });

  it('decodes as transformers does, without clean-up', () => {
    expect(huggingface.decode([249, 2310, 256, 241])).toBe("i don ' t");
  });
});
