import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteTokenizer, byteTokenizerFiles } from './byte-tokenizer.js';
import { createTokenizer } from './load.js';

/** Every code point but lone surrogates; fast-check's own `unit: 'binary'` takes a second to build. */
const anyCharacter = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

it('has one id per byte in the order of GPT-2, and the end of a text', () => {
  const bytes = byteTokenizer();
  expect([bytes.vocabSize, bytes.beginOfText]).toEqual([257, 256]);
  // Ids: GPT2Tokenizer of transformers 5.18.0 with this vocabulary.
  expect(bytes.encode('Hé\n')).toEqual([39, 127, 102, 198]);
  expect(bytes.decode([39, 256, 39])).toBe('H<|endoftext|>H');
  expect(() => bytes.decode([257])).toThrow(RangeError);
});

it('is the tokenizer that its files give', async () => {
  const bytes = byteTokenizer();
  const fromFiles = await createTokenizer(byteTokenizerFiles(), { architecture: 'gpt2' });
  expect(fromFiles.fingerprint).toBe(bytes.fingerprint);
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      const ids = bytes.encode(text);
      expect(fromFiles.encode(text)).toEqual(ids);
      expect(bytes.decode(ids)).toBe(text);
      expect(fromFiles.decode(ids)).toBe(text);
    }),
    { seed: 1 },
  );
});
