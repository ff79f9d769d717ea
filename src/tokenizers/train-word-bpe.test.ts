import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { createTokenizer } from './load.js';
import { trainWordPairs } from './train-word-bpe.js';

const text = `The miller's daughter didn't sing; she hummed, and the mill hummed with her.
"Who's there?" asked the miller. "It's only the wind," she'd say, "the wind in the mill."
The lower the wind, the slower the mill; the slowest mill of all went slower still.
They had newer sails, the newest sails of the lowest mill, and lower and lower they hung.`;

/**
 * BPE of Hugging Face tokenizers 0.23.2 with `end_of_word_suffix="</w>"`, trained with min_frequency=2 on the same text as spaCy
 * cuts it ("the miller 's daughter did n't sing ; …").
 */
const mergesOfHuggingFace = [
  't h,th e</w>,e r</w>,i l,l o,m il,lo w,n d</w>,mil l</w>,low er</w>,w i,* s</w>,a nd</w>,e s,e d</w>,h u,s a,th e,wi nd</w>,',
  'es t</w>,e w,h e</w>,l er</w>,m m,n g</w>,n ew,o f</w>,s lower</w>,s he</w>,il s</w>,mil ler</w>,low est</w>,hu mm,sa ils</w>,',
  'the y</w>,humm ed</w>',
]
  .join('')
  .replace('*', "'")
  .split(',');

const written = (merges: readonly (readonly string[])[]) => merges.map((merge) => merge.join(' '));

describe('trainWordPairs', () => {
  it('learns the merges of Hugging Face tokenizers 0.23.2', async () => {
    const { merges } = await trainWordPairs([text], { vocabSize: 500 });
    expect(written(merges)).toEqual(mergesOfHuggingFace);
  });

  it('lays the ids out as GPT-1 does: unknown, characters inside and at the end of words, merges', async () => {
    const { vocab } = await trainWordPairs(['bab bab', 'ab\nab z'], { vocabSize: 100 });
    // z occurs once. Merges: a b</w> (4 times), b ab</w> (2).
    expect([...vocab.keys()]).toEqual(['<unk>', '\n</w>', 'a', 'b', 'a</w>', 'b</w>', 'ab</w>', 'bab</w>']);
    expect([...vocab.values()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('makes a tokenizer that knows words, line breaks, and what it has never seen', async () => {
    const tokenizer = await createTokenizer(await trainWordPairs([text], { vocabSize: 500 }), {
      architecture: 'gpt1',
    });
    expect(tokenizer.decode(tokenizer.encode('The lower mill,\nthe WIND'))).toBe(
      'the lower mill , \n the wind',
    );
    expect(tokenizer.encode('é')).toEqual([0]);
  });

  it('keeps apart what would spell the marker of another symbol', async () => {
    const { vocab, merges } = await trainWordPairs(['a</w>b a</w>b a</w>b'], { vocabSize: 100 });
    expect(new Set(vocab.values()).size).toBe(vocab.size);
    expect(new Set(merges.map((merge) => merge.join(''))).size).toBe(merges.length);
  });

  it('says how many symbols a text needs at least', async () => {
    await expect(trainWordPairs(['ab ab'], { vocabSize: 5 })).rejects.toThrow(UserError);
    expect((await trainWordPairs(['ab ab'], { vocabSize: 6 })).merges).toEqual([]);
  });

  it('never loses a character that it has seen twice', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1 }), async (words) => {
        const twice = [...words, ...words].join(' ');
        const tokenizer = await createTokenizer(await trainWordPairs([twice], { vocabSize: 60 }), {
          architecture: 'gpt1',
        });
        expect(tokenizer.encode(twice)).not.toContain(0);
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});
