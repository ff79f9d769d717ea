import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import {
  detokenize,
  oneBillionWordsRules,
  ptbDiffusionRules,
  ptbMegatronRules,
  type Rule,
  wikitextRules,
} from './detokenizers.js';

const read = (file: string) => readFileSync(path.join(dataFolder, file), 'utf8');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

// Python 3.11's re and str.replace with the rules of the three sources.
describe.skipIf(!hasData)(`the published files give what the originals give${needsData}`, () => {
  test.each<[string, readonly Rule[], string]>([
    [
      'wikitext-2/wiki.test.raw',
      wikitextRules,
      '9971cc81cf2e5429c48844a0e64b1b32f333486d28d9407a17f76aad3e1b761a',
    ],
    [
      'wikitext-2/wiki.test.tokens',
      wikitextRules,
      'f7a499621c56efe6af6dfcf0000730cb19f60063656a277e0dc881c165d6c397',
    ],
    [
      'wikitext-2/wiki.valid.tokens',
      wikitextRules,
      '690623f8b014db8936214a63f29caee6503f4b9a21f0e883957c278868a9be34',
    ],
    [
      'ptb/ptb.test.txt',
      ptbMegatronRules,
      '2c3b698e26387397dc2133d5c503668bc39bb4b917364d7501afce55b9f7d37e',
    ],
    [
      'ptb/ptb.valid.txt',
      ptbMegatronRules,
      'a9749104ce5f3df1cf7cf8bc1b6e9a933743cb442ddc1d10390954639763c4cb',
    ],
    [
      'ptb/ptb.test.txt',
      ptbDiffusionRules,
      '8d4106bf32210d510184eb58ae7af69a06680e33f4dd9068b346ae8c0cb81f03',
    ],
    [
      'ptb/ptb.valid.txt',
      ptbDiffusionRules,
      '771f621f7d152f92180cb4818f4c600206fa20cb8c5bdadcf7ad16006375bbd4',
    ],
  ])('%s', (file, rules, expected) => {
    expect(sha256(detokenize(read(file), rules))).toBe(expected);
  });

  test('One Billion Word, sentence by sentence', () => {
    const sentences = read('1bw/tongrams_sample_text.txt').trimEnd().split('\n');
    const text = sentences.map((sentence) => `${detokenize(sentence, oneBillionWordsRules)}\n`).join('');
    expect(sha256(text)).toBe('df29ea3051ff1e8fc69b5a90571debfc6bc4c75f241507ac4d23fa837b79da77');
  });
});

// The same programs.
test.each([
  [' A low @-@ lying coast , 1 @,@ 000 m ; 2 @.@ 5 % ! \n', ' A low-lying coast, 1,000 m; 2.5 %!\n'],
  [' ( in brackets ) and " in quotes " \n', ' (in brackets) and "in quotes"\n'],
  [" \n = = Life = = \n \n The town 's walls \n", "\n== Life ==\n\nThe town's walls\n"],
])('WikiText: %j', (published, expected) => {
  expect(detokenize(published, wikitextRules)).toBe(expected);
});

test.each([
  [
    " rose $ N to <unk> N \n N did n't say \n",
    " rose $1 to <unk> N\nN didn't say\n",
    " rose $1 to ? N\nN didn't say \n",
  ],
  [" the workers ' pay N N \n", " the workers' pay1 N\n", " the workers' pay 1 1 \n"],
])('Penn Treebank by both sets of rules: %j', (published, megatron, diffusion) => {
  expect(detokenize(published, ptbMegatronRules)).toBe(megatron);
  expect(detokenize(published, ptbDiffusionRules)).toBe(diffusion);
});

test('One Billion Word: signs, quotes and amounts', () => {
  const sentence = '" It \'s $ 5 ( or £ 4 ) , " she said : look at http : / / x.org !';
  expect(detokenize(sentence, oneBillionWordsRules)).toBe(
    '"It\'s $5 (or £4)," she said: look at http://x.org!',
  );
});
