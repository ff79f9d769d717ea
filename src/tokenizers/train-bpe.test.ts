import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import type { BytePairProgress } from './bpe-merges.js';
import { byteSymbols, symbolBytes } from './byte-symbols.js';
import { gpt2Word } from './gpt2-words.js';
import { createTokenizer, loadTokenizer } from './load.js';
import { writeTokenizerFiles } from './tokenizer-files.js';
import { trainBytePairs } from './train-bpe.js';

const text = `The miller's daughter didn't sing; she hummed, and the mill hummed with her.
"Who's there?" asked the miller. "It's only the wind," she'd say, "the wind in the mill."
In 1848 the mill had 12 sails, in 1849 it had 13, and in 1850 none at all...
aaaa aaaaaaa aaa baab baaaab
Ninety-nine café owners said: naïve, naïve, naïve! Größe, Größe — 東京 東京 東京。

\tThey've  gone to   the mill, we'll go to the mill, I'd go to the mill.
`;

/** ByteLevelBPETokenizer of Hugging Face tokenizers 0.23.2, trained on `text` with min_frequency=2, no special tokens. */
const mergesOfHuggingFace = [
  "a a,h e,Ġ t,l l,Ġt he,i n,i ll,m ill,Ġ mill,Ġ s,Ġ 1,Ġ a,e r,v e,Ġ h,Ġ n,Ġ w,aa aa,' s,a Ã,e d,g o,¯ ve,± ä,",
  "º ¬,æ Ŀ,Ġ in,Ġ go,Ġ æĿ,Ġt o,Ġs a,Ġ1 8,Ġn aÃ,±ä º¬,ĠæĿ ±äº¬,ĠnaÃ ¯ve,' d,. .,G r,T he,a d,i d,i t,m m,n d,n e,",
  'u mm,¶ Ã,Ã ¶Ã,Ġ ",Ġ b,Ġ d,Ġ o,Ġ Gr,Ł e,aa a,in d,in e,Ġmill er,Ġs he,Ġa nd,Ġh ad,Ġh umm,Ġw ind,Ġ18 4,',
  'Ã¶Ã Łe,ĠGr Ã¶ÃŁe,Ġhumm ed',
]
  .join('')
  .split(',');

const book = path.join(dataFolder, 'gutenberg/ChiLit/glass.txt');

const written = (merges: readonly (readonly string[])[]) => merges.map((merge) => merge.join(' '));

/** The definition, word for word: count every pair, merge the best everywhere, start again. */
function mergesByDefinition(texts: string[], total: number): string[] {
  const words = texts
    .flatMap((part) => part.match(gpt2Word) ?? [])
    .map((word) => Array.from(Buffer.from(word), (byte) => symbolBytes.indexOf(byte)));
  const symbols = [...byteSymbols];
  const merges: string[] = [];
  while (merges.length < total) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const ranked = [...counts].map(([pair, count]) => [count, ...pair.split(' ').map(Number)]);
    const [best] = ranked.sort((a, b) => b[0] - a[0] || a[1] - b[1] || a[2] - b[2]);
    if (best === undefined || best[0] < 2) break;
    const [, left, right] = best;
    merges.push(`${symbols[left]} ${symbols[right]}`);
    symbols.push(symbols[left] + symbols[right]);
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, symbols.length - 1);
      }
    }
  }
  return merges;
}

describe('trainBytePairs', () => {
  it('learns the merges of Hugging Face tokenizers 0.23.2, ties included', async () => {
    const { merges } = await trainBytePairs([text], { vocabSize: 1000 });
    expect(written(merges)).toEqual(mergesOfHuggingFace);
  });

  it('numbers the bytes as GPT-2 does, then the merges, and the end of a text last', async () => {
    const { vocab, merges } = await trainBytePairs([text], { vocabSize: 300 });
    expect(merges.length).toBe(43);
    const expected = [...byteSymbols, ...merges.map((merge) => merge.join('')), '<|endoftext|>'];
    expect([...vocab.keys()]).toEqual(expected);
    expect([...vocab.values()]).toEqual(expected.map((_, id) => id));
  });

  it('stops early when no pair is left that occurs twice', async () => {
    const { vocab } = await trainBytePairs(['ab ab'], { vocabSize: 1000 });
    expect(vocab.size).toBe(256 + 1 + 1);
    expect((await trainBytePairs([], { vocabSize: 1000 })).vocab.size).toBe(257);
  });

  it('does what the definition says, also where a pair overlaps with itself', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(word).map((words) => words.join(' '))), async (texts) => {
        const { merges } = await trainBytePairs(texts, { vocabSize: 257 + 30 });
        expect(written(merges)).toEqual(mergesByDefinition(texts, 30));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('does not depend on the order of the texts or on how they arrive', async () => {
    const lines = text.split(/(?=\n)/);
    const whole = await trainBytePairs([text], { vocabSize: 1000 });
    async function* backwards() {
      yield* lines.toReversed();
    }
    expect(await trainBytePairs(lines, { vocabSize: 1000 })).toEqual(whole);
    expect(await trainBytePairs(backwards(), { vocabSize: 1000 })).toEqual(whole);
  });

  it('tells how far it is', async () => {
    const events: BytePairProgress[] = [];
    await trainBytePairs(['ab ab', 'ab'], { vocabSize: 258, onProgress: (event) => events.push(event) });
    expect(events).toEqual([
      { phase: 'words', characters: 5, distinctWords: 2 },
      { phase: 'words', characters: 7, distinctWords: 2 },
      { phase: 'merges', done: 1, total: 1 },
    ]);
  });

  it.each([256, 0, -5, 300.5, Number.NaN])('refuses a vocabulary of %s', async (vocabSize) => {
    await expect(trainBytePairs([text], { vocabSize })).rejects.toThrow(UserError);
  });
});

describe.skipIf(!hasData)(`on a book${needsData}`, () => {
  it('learns the 1,743 merges of Hugging Face tokenizers 0.23.2', async () => {
    const { merges } = await trainBytePairs([readFileSync(book, 'utf8')], { vocabSize: 2000 });
    expect(written(merges).at(-1)).toBe('Ġsh ow');
    expect(createHash('sha256').update(written(merges).join('\n')).digest('hex')).toBe(
      'f6bf2090fc33e579050064311180d60ddf66cefcc2c4f17e0e2180f3baa04fe9',
    );
  });
});

describe('a trained vocabulary', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gpt-train-bpe-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is the same tokenizer from its files, and decodes what it encoded', async () => {
    const files = await trainBytePairs([text], { vocabSize: 320 });
    await writeTokenizerFiles(folder, 'gpt2', files);
    const loaded = await loadTokenizer(folder, { architecture: 'gpt2' });
    const trained = await createTokenizer(files, { architecture: 'gpt2' });
    expect(loaded.fingerprint).toBe(trained.fingerprint);
    expect([loaded.vocabSize, loaded.beginOfText]).toEqual([320, 319]);
    expect(loaded.decode(loaded.encode(text))).toBe(text);
    expect(loaded.encode(' the mill').map((id) => loaded.decode([id]))).toEqual([' the', ' mill']);
    const piece = fc.oneof(
      fc.constantFrom(' the', 'mill', 'aaa', '\n', 'ö'),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sample = pieces.join('');
        expect(loaded.decode(loaded.encode(sample))).toBe(sample);
      }),
      { seed: 1 },
    );
  });
});
