import { describe, expect, it } from 'vitest';
import { DataError, UserError } from '../../errors.js';
import { loadPatternCompiler } from '../library-tokenizer.js';
import { readTokenizerJson } from '../vocabulary.js';
import { readAddedVocabulary } from './added-vocabulary.js';
import { createDecoder } from './decoder.js';
import golden from './golden.json' with { type: 'json' };
import { createNormalizer } from './normalizer.js';
import { createPreTokenizer } from './pre-tokenizer.js';
import { Rule } from './rule.js';
import { createRuleTokenizer } from './rule-tokenizer.js';

// golden.json has what Hugging Face tokenizers 0.23.2 (Python) makes of each rule.
const compile = await loadPatternCompiler();
const rule = (json: unknown) => new Rule(json, 'tokenizer.json', 'here');

type Rows<From, To> = [rule: object, cases: [From, To][]][];

describe('rules against Hugging Face tokenizers 0.23.2', () => {
  it.each(golden.normalizers as unknown as Rows<string, string>)('normalizer %j', (json, cases) => {
    const normalize = createNormalizer(rule(json), compile);
    for (const [text, expected] of cases) expect(normalize(text), JSON.stringify(text)).toBe(expected);
  });

  it.each(golden.preTokenizers as unknown as Rows<string, string[]>)('pre-tokenizer %j', (json, cases) => {
    const cut = createPreTokenizer(rule(json), compile);
    for (const [text, expected] of cases) {
      const words = cut({ text, isFirst: true }).map((word) => word.text);
      expect(words, JSON.stringify(text)).toEqual(expected);
    }
  });

  it.each(golden.decoders as unknown as Rows<string[], string>)('decoder %j', (json, cases) => {
    const decode = createDecoder(rule(json), compile);
    for (const [tokens, expected] of cases) {
      const pieces = decode(tokens.map((text) => ({ text, isAdded: false })));
      expect(pieces.map(({ text }) => text).join('')).toBe(expected);
    }
  });
});

/** The tokenizer of a `tokenizer.json` alone. */
function fromJson(json: Record<string, unknown>) {
  const file = 'tokenizer.json';
  const added = (json.added_tokens ?? []) as unknown[];
  const none = { tokenizerConfig: undefined, specialTokensMap: undefined, addedTokensFile: undefined };
  const sources = { added, ...none, released: '', folder: file };
  const { tokens } = readAddedVocabulary(sources, readTokenizerJson(json, file).vocab);
  return createRuleTokenizer(
    { json, file, added: tokens, isReleasedButAdded: false, promptStart: [] },
    { begin: undefined, ends: [] },
  );
}

describe('whole tokenizers against Hugging Face tokenizers 0.23.2', () => {
  it.each(golden.tokenizers.map(({ name, ...rest }) => [name, rest] as const))(
    '%s',
    async (_name, { json, cases }) => {
      const tokenizer = await fromJson(json);
      for (const [text, ids, decoded] of cases as [string, number[], string][]) {
        expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids);
        expect(tokenizer.decode(ids), JSON.stringify(text)).toBe(decoded);
      }
    },
  );
});

describe('what is not obeyed', () => {
  it.each([
    [
      { normalizer: { type: 'Precompiled', precompiled_charsmap: '' } },
      'normalizer: the rule Precompiled is',
    ],
    [{ normalizer: { type: 'Nmt' } }, 'normalizer: the rule Nmt is not supported.'],
    [
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Shout' }] } },
      'normalizer.normalizers[1]: the rule Shout is not supported.',
    ],
    [{ normalizer: { type: 'Lowercase', locale: 'tr' } }, 'Lowercase is not supported: its setting "locale"'],
    [
      { pre_tokenizer: { type: 'UnicodeScripts' } },
      'pre_tokenizer: the rule UnicodeScripts is not supported.',
    ],
    [
      { pre_tokenizer: { type: 'Split', pattern: { Regex: '(?i)a' }, behavior: 'Isolated' } },
      'the rule Split is not supported: its pattern "(?i)a" cannot be matched',
    ],
    [
      { pre_tokenizer: { type: 'Split', pattern: { String: 'a' }, behavior: 'Doubled' } },
      'unknown behavior "Doubled". Expected Removed, Isolated, MergedWithPrevious',
    ],
    [{ decoder: { type: 'CTC' } }, 'decoder: the rule CTC is not supported.'],
    [{ model: { type: 'BPE', vocab: {}, merges: [], dropout: 0.1 } }, 'BPE is not supported: dropout'],
    [
      { model: { type: 'BPE', vocab: {}, merges: [], continuing_subword_prefix: '##' } },
      'BPE is not supported: the library that merges knows no continuing_subword_prefix',
    ],
    [
      { model: { type: 'BPE', vocab: {}, merges: [], byte_fallback: true } },
      'BPE is not supported: it has byte_fallback, but no token <0x00>',
    ],
    [
      { model: { type: 'Unigram', vocab: [['a', 0]], unk_id: 0, byte_fallback: true } },
      'Unigram is not supported: the library knows no byte_fallback',
    ],
    [{ model: { type: 'Guess', vocab: {}, merges: [] } }, 'model: the rule Guess is not supported.'],
  ])('is refused by name: %j', async (parts, message) => {
    const json = { model: { type: 'BPE', vocab: { a: 0 }, merges: [] }, ...parts };
    const failure = fromJson(json);
    await expect(failure).rejects.toBeInstanceOf(DataError);
    await expect(failure).rejects.toThrow(message);
  });

  it('is a word without an id, where the tokenizer has no token for it', async () => {
    const json = { model: { type: 'WordLevel', vocab: { a: 0 } }, pre_tokenizer: { type: 'Whitespace' } };
    const tokenizer = await fromJson(json);
    expect(() => tokenizer.encode('a b')).toThrow(UserError);
    expect(() => tokenizer.encode('a b')).toThrow('no token for "b"');
  });
});

it('takes an added token for text where a decoder would take it for bytes', async () => {
  const decoder = { type: 'ByteLevel' };
  const model = { type: 'BPE', vocab: { a: 0 }, merges: [] };
  const tokenizer = await fromJson({ model, decoder, added_tokens: [{ id: 1, content: 'café' }] });
  expect(tokenizer.decode(tokenizer.encode('acafé'))).toBe('acafé');
  expect(() => tokenizer.decode([2])).toThrow(RangeError);
});
