import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { byteTokenizer } from './byte-tokenizer.js';
import { createTokenizer, loadTokenizer } from './load.js';
import { createRuleTokenizer } from './rules/rule-tokenizer.js';
import { createTextStream } from './text-stream.js';
import type { Tokenizer } from './tokenizer.js';

/** The pieces in which the text of tokens comes, behind a prompt. */
function pieces(tokenizer: Tokenizer, prompt: readonly number[], ids: readonly number[]): string[] {
  const stream = createTextStream(tokenizer, prompt);
  return [...ids.map((id) => stream.push(id)), stream.finish()].filter((piece) => piece !== '');
}

describe('bytes', () => {
  const bytes = byteTokenizer();

  test('come as whole characters, which add up to the text', () => {
    const text = 'naïve – 日本 😀!';
    expect(pieces(bytes, [], bytes.encode(text))).toEqual([...text]);
  });

  test('that are no characters are given out as soon as it is certain', () => {
    const broken = bytes.encode('é')[0]!;
    expect(pieces(bytes, bytes.encode('a'), [broken, broken, ...bytes.encode('b')])).toEqual([
      '\uFFFD\uFFFDb',
    ]);
    expect(pieces(bytes, [], [broken])).toEqual(['\uFFFD']);
  });

  test('of a prompt are not repeated', () => {
    expect(pieces(bytes, bytes.encode('日本'), bytes.encode('人'))).toEqual(['人']);
  });
});

test('GPT-1’s words get their space from the word before', async () => {
  const symbols = ['<unk>', 'b', 'a', 'dog</w>', 'ba', 'r</w>', '.</w>', 'r'];
  const vocab = new Map(symbols.map((symbol, id) => [symbol, id]));
  const tokenizer = await createTokenizer({ vocab, merges: [['b', 'a']] }, { architecture: 'gpt1' });
  const [dog, ba, r, period, openR] = [3, 4, 5, 6, 7];
  expect(pieces(tokenizer, [dog], [ba, openR, r, dog, period]).join('')).toBe(' barr dog .');
  expect(pieces(tokenizer, [], [dog, ba, r]).join('')).toBe('dog bar');
});

test('bytes that a decoder takes only as a whole run come behind a prompt of them', async () => {
  const byteTokens = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const vocab = Object.fromEntries(['<unk>', ...byteTokens].map((symbol, id) => [symbol, id]));
  const model = { type: 'BPE', vocab, merges: [], unk_token: '<unk>', byte_fallback: true };
  const tokenizer = await createRuleTokenizer(
    {
      json: { model, decoder: { type: 'ByteFallback' } },
      ...{ file: 'tokenizer.json', added: [], isReleasedButAdded: false, promptStart: [] },
    },
    { begin: undefined, ends: [] },
  );
  expect(pieces(tokenizer, tokenizer.encode('漢字'), tokenizer.encode('日本é'))).toEqual(['日', '本', 'é']);
});

const folder = path.join(dataFolder, 'tokenizers');
test.skipIf(!hasData).each(['gpt1', 'gpt2'] as const)(
  `the pieces of %s add up to the text of all tokens${needsData}`,
  async (architecture) => {
    const tokenizer = await loadTokenizer(path.join(folder, architecture), { architecture });
    const prompt = tokenizer.encode('The old man said:');
    const ids = tokenizer.encode('  “Don’t you dare!”\n\nNaïve coöperation, 日本 😀 costs $3.50.');
    const whole = tokenizer.decode([...prompt, ...ids]).slice(tokenizer.decode(prompt).length);
    expect(pieces(tokenizer, prompt, ids).join('')).toBe(whole);
    expect(pieces(tokenizer, prompt, ids).length).toBeGreaterThan(10);
  },
);
