import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildLibraryTokenizer } from './library-tokenizer.js';
import { LONGEST_MERGED, wordMerger } from './merge-word.js';
import { tokenizerJson } from './tokenizer-json.js';
import { trainBytePairs } from './train-bpe.js';

test('any word has the ids that the library gives it', async () => {
  const text =
    'aaa aaaa abababab the then there where wherever 1234 1231 ééé 漢字漢 😀😀 ...... ------ the then';
  const files = await trainBytePairs(Array(3).fill(text), { vocabSize: 320 });
  const json = tokenizerJson('gpt2', files);
  const bytesOnly = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
  const library = await buildLibraryTokenizer({ ...json, pre_tokenizer: bytesOnly });
  const merge = wordMerger(files);
  const parts = ['a', 'ab', 'the', 'here', 'é', '漢', '😀', '.', '-', ' ', 'x', '12', '31', '\n'];
  const word = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 2 })), {
    maxLength: 20,
  });
  const property = fc.property(word, (pieces) => {
    const joined = pieces.join('');
    const bytes = new TextEncoder().encode(joined);
    if (bytes.length > LONGEST_MERGED) return;
    expect(merge(bytes)).toEqual(library.encode(joined));
  });
  fc.assert(property, { numRuns: 1000, seed: 20160815 });
});
