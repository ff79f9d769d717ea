import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { encode as encodeR50k } from 'gpt-tokenizer/encoding/r50k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, hasData, needsData, referenceFolder } from '../testing/reference.js';
import type { Merge } from './byte-pairs.js';
import { byteSymbols, symbolBytes } from './byte-symbols.js';
import { createTokenizer, loadTokenizer } from './load.js';
import type { Tokenizer } from './tokenizer.js';
import type { TokenizerFiles } from './tokenizer-content.js';

const read = (file: string) => readFileSync(path.join(dataFolder, file), 'utf8');

/** sha256 that `loadTokenizer` gave for encoder.json and vocab.bpe as OpenAI published them. */
const publishedFingerprint = '7b7d20d7de3008fe2779674da1f7988d7155f53ccc18f6b23fe54aa8414f67fb';

/**
 * GPT-2's vocabulary and merges out of the rank table of gpt-tokenizer 4.0.0: a token's merge joins the two parts that
 * the merges before it leave of its bytes.
 */
function filesFromRanks(): TokenizerFiles {
  const symbolOf = new Map(symbolBytes.map((byte, index) => [byte, byteSymbols[index]]));
  const symbols = ranks.map((token) =>
    Array.from(Buffer.from(token as string), (byte) => symbolOf.get(byte)).join(''),
  );
  const vocab = new Map([...symbols, '<|endoftext|>'].map((symbol, id) => [symbol, id]));
  const merges = symbols.slice(256).map((symbol): Merge => {
    const id = vocab.get(symbol)!;
    const rank = (symbols: string[], index: number) => {
      const found = vocab.get(symbols[index] + symbols[index + 1]) ?? id;
      return found < id ? found : id;
    };
    const parts = Array.from(symbol);
    while (parts.length > 2) {
      let best = 0;
      for (let index = 1; index < parts.length - 1; index++) {
        if (rank(parts, index) < rank(parts, best)) best = index;
      }
      parts.splice(best, 2, parts[best] + parts[best + 1]);
    }
    return [parts[0], parts[1]];
  });
  return { vocab, merges };
}

/** Every code point but lone surrogates; fast-check's own `unit: 'binary'` takes a second to build. */
const anyCharacter = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

const files = filesFromRanks();
let gpt2: Tokenizer;
beforeAll(async () => {
  gpt2 = await createTokenizer(files, { architecture: 'gpt2' });
});

describe('GPT-2 tokenizer', () => {
  it('has 50,257 ids, the last of them the end of a text', () => {
    expect([gpt2.name, gpt2.vocabSize, gpt2.beginOfText]).toEqual(['gpt2', 50257, 50256]);
    expect(gpt2.fingerprint).toBe(publishedFingerprint);
  });

  // Ids: OpenAI's encoder.py with the published files; the last four tiktoken 1.0.22 (r50k_base).
  it.each([
    ['', []],
    ['Hello world', [15496, 995]],
    [' Hello  world', [18435, 220, 995]],
    ["I don't think it's John's café…", [40, 836, 470, 892, 340, 338, 1757, 338, 40304, 1399]],
    ['TL;DR:', [14990, 26, 7707, 25]],
    ['\n\nA:', [198, 198, 32, 25]],
    ['1234567', [10163, 2231, 3134]],
    ['x = y', [87, 796, 331]],
    ["DON'T", [41173, 6, 51]],
    ['x \u0085y', [87, 220, 126, 227, 88]],
    ['a\ufeffb', [64, 171, 119, 123, 65]],
    ['<|endoftext|>', [27, 91, 437, 1659, 5239, 91, 29]],
  ])('encodes %j', (text, ids) => {
    expect(gpt2.encode(text)).toEqual(ids);
    expect(gpt2.decode(ids)).toBe(text);
  });

  it('gives the ids of gpt-tokenizer 4.0.0 on text of all kinds', () => {
    const word = fc.constantFrom(
      "don't",
      "I'LL",
      ' the',
      'café',
      '1,000',
      '\n',
      '   ',
      '中文',
      '😀',
      '\u00a0',
      '--',
      '\t',
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'grapheme' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        // JavaScript's \s, which gpt-tokenizer uses, is wrong about these two.
        text.filter((sample) => !/[\u0085\ufeff]/.test(sample)),
        (sample) => {
          expect(gpt2.encode(sample)).toEqual(encodeR50k(sample, { disallowedSpecial: new Set() }));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('decodes what it encoded, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
        expect(gpt2.decode(gpt2.encode(text))).toBe(text);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('keeps a long word without spaces in reasonable time', () => {
    const text = 'abcdefghij'.repeat(1000);
    expect(gpt2.decode(gpt2.encode(text))).toBe(text);
  });

  it('replaces half a surrogate pair and half a character by U+FFFD', () => {
    expect(gpt2.encode('\ud800x')).toEqual(gpt2.encode('\ufffdx'));
    expect(gpt2.decode(gpt2.encode('é').slice(0, 1))).toBe('é');
    expect(gpt2.decode([171])).toBe('\ufffd');
  });

  it.each([50257, -1, 1.5, Number.NaN])('refuses to decode %s', (id) => {
    expect(() => gpt2.decode([15496, id])).toThrow(RangeError);
  });

  it('refuses a vocabulary that lacks a byte', async () => {
    const lacking = new Map([...files.vocab].filter(([symbol]) => symbol !== 'Ġ'));
    await expect(
      createTokenizer({ vocab: lacking, merges: [] }, { architecture: 'gpt2' }, 'f'),
    ).rejects.toThrow('f: not a gpt2 vocabulary: the symbol "Ġ" is missing.');
  });

  it('takes symbols that stand for no bytes, and gaps between ids', async () => {
    const strange: [string, number][] = [
      ['two words', 50258],
      ['😀\n', 50260],
    ];
    const wider = { vocab: new Map([...files.vocab, ...strange]), merges: files.merges };
    const tokenizer = await createTokenizer(wider, { architecture: 'gpt2' });
    expect(tokenizer.vocabSize).toBe(50261);
    // No merge makes them, as in Python.
    expect(tokenizer.encode('two words')).toEqual(gpt2.encode('two words'));
    expect(tokenizer.decode([50260, 50259, 15496, 50258])).toBe('😀\nHellotwo words');
    expect(tokenizer.fingerprint).not.toBe(gpt2.fingerprint);
  });
});

describe('GPT-2 against Hugging Face tokenizers 0.23', () => {
  it('gives the same ids in every case, and the text back', () => {
    const { cases } = JSON.parse(readFileSync(`${referenceFolder}/tokenizers/gpt2.json`, 'utf8')) as {
      cases: { text: string; ids: number[] }[];
    };
    expect(cases.length).toBe(298);
    for (const { text, ids } of cases) {
      expect(gpt2.encode(text), text).toEqual(ids);
      expect(gpt2.decode(ids)).toBe(text);
    }
  });
});

describe.skipIf(!hasData)(`GPT-2 on published data${needsData}`, () => {
  it('is the same from the published files', async () => {
    const published = await loadTokenizer(path.join(dataFolder, 'tokenizers/gpt2'), { architecture: 'gpt2' });
    expect(published.fingerprint).toBe(publishedFingerprint);
  });

  // Token counts that the papers' perplexities are converted with.
  it.each([
    ['wikitext-2/wiki.test.raw', 286_221],
    ['wikitext-2/wiki.test.tokens', 295_877],
    ['ptb/ptb.test.txt', 105_243],
  ])('counts the tokens of %s', (file, count) => {
    expect(gpt2.encode(read(file)).length).toBe(count);
  });
});
