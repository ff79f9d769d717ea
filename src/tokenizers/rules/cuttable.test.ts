import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteTokenizerFiles } from '../byte-tokenizer.js';
import { tokenizerJson } from '../tokenizer-json.js';
import { lastWordEnd } from '../white-space.js';
import type { AddedToken } from './added-tokens.js';
import { isCuttable } from './cuttable.js';
import { createRuleTokenizer } from './rule-tokenizer.js';

const words = { type: 'ByteLevel', add_prefix_space: false, use_regex: true };
const token = (content: string, flags: Partial<AddedToken> = {}): AddedToken => {
  const none = { singleWord: false, lstrip: false, rstrip: false, normalized: false };
  return { id: 257, content, ...none, ...flags };
};
const sequence = (key: string, ...rules: object[]) => ({ type: 'Sequence', [key]: rules });

const cuttable: [object, AddedToken[]][] = [
  [{ pre_tokenizer: words }, [token('a.', { lstrip: true })]],
  [{ pre_tokenizer: words }, [token('a', { singleWord: true })]],
  [{ pre_tokenizer: words }, [token(' a')]],
  [{ normalizer: { type: 'Lowercase' }, pre_tokenizer: words }, [token('A', { normalized: true })]],
  [
    {
      normalizer: sequence('normalizers', { type: 'NFD' }, { type: 'Lowercase' }, { type: 'NFC' }),
      pre_tokenizer: sequence(
        'pretokenizers',
        { type: 'Digits', individual_digits: false },
        { type: 'Punctuation', behavior: 'Contiguous' },
        words,
      ),
    },
    [],
  ],
];

test.each(cuttable)('a text cut behind words has the same ids with %j and %j', async (parts, added) => {
  const json = { ...tokenizerJson('gpt2', byteTokenizerFiles()), ...parts };
  // Merges show where words end: none reaches across.
  const merges = [
    ['a', 'a'],
    ['Ġ', 'Ġ'],
    ['Ġ', 'a'],
    ['1', '1'],
    ['Ċ', 'Ġ'],
    ['.', '.'],
    ['Ì', 'ģ'],
  ];
  const symbols = [...byteTokenizerFiles().vocab.keys(), '<x>', ...merges.map((merge) => merge.join(''))];
  const vocab = Object.fromEntries(symbols.map((symbol, id) => [symbol, id]));
  const rules = { json: { ...json, model: { ...json.model, vocab, merges } }, added };
  expect(isCuttable(rules.json, added)).toBe(true);
  const tokenizer = await createRuleTokenizer(
    { ...rules, ...{ file: 'tokenizer.json', isReleasedButAdded: false, promptStart: [] } },
    { begin: undefined, ends: [] },
  );
  expect(tokenizer.isCuttable).toBe(true);
  const unit = fc.constantFrom('a', 'A', ' ', '  ', '\n', '\u0301', 'é', '.', '1', "'s", '\u0085', '\u3000');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const cut = lastWordEnd(text);
      if (cut < 0) return;
      const parts = [...tokenizer.encode(text.slice(0, cut)), ...tokenizer.encode(text.slice(cut))];
      expect(parts).toEqual(tokenizer.encode(text));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each<[object, AddedToken[]]>([
  [{}, []],
  [{ pre_tokenizer: { ...words, add_prefix_space: true } }, []],
  [{ pre_tokenizer: { ...words, use_regex: false } }, []],
  [{ pre_tokenizer: { type: 'Metaspace' } }, []],
  [{ pre_tokenizer: words, normalizer: { type: 'StripAccents' } }, []],
  [{ pre_tokenizer: sequence('pretokenizers', { type: 'WhitespaceSplit' }, words) }, []],
  [{ pre_tokenizer: words }, [token('a', { rstrip: true })]],
  [{ pre_tokenizer: words }, [token('a b')]],
  [{ pre_tokenizer: words }, [token(' a', { singleWord: true })]],
])('needs the whole text: %j, %j', (json, added) => {
  expect(isCuttable({ ...json }, added)).toBe(false);
});
