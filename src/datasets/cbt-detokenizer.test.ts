import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { cbt, cbtBlank, cbtKinds, cbtSplits } from './cbt.js';
import { writeCbt } from './cbt-detokenizer.js';

describe('tokenised text is written as ordinary text', () => {
  test.each([
    ["` I do n't see him , ' said he .", "'I don't see him,' said he."],
    ["` Cousin ! '", "'Cousin!'"],
    ['-LRB- 3 -RRB- Hollenmadchen .', '(3) Hollenmadchen.'],
    ["who shall say `` string '' -LSB- 1 -RSB- to you", 'who shall say "string" [1] to you'],
    ["-LSB- Footnote 1 : ` Riemen . ' -RSB-", "[Footnote 1: 'Riemen.']"],
    ["said he , ` what killed you . ' '", "said he, 'what killed you.''"],
    ["`` ` Look ! ' he cried , '' she said .", '"\'Look!\' he cried," she said.'],
    ["Mrs. Griggs 's story , the soldiers ' boots", "Mrs. Griggs's story, the soldiers' boots"],
    ["I 'll , you 've , they 're , he 'd , I 'm", "I'll, you've, they're, he'd, I'm"],
    ["take 'em and 't was night", "take 'em and 't was night"],
    ['as follows : -- One day ; really ?', 'as follows: -- One day; really?'],
  ])('%s', (tokenised, text) => {
    expect(writeCbt(tokenised, 'detokenized')).toBe(text);
  });

  test('raw leaves everything as it is', () => {
    expect(writeCbt("` I do n't see him , ' said he .", 'raw')).toBe("` I do n't see him , ' said he .");
  });

  test('the rules of lm-evaluation-harness leave opening single quotes and brackets', () => {
    expect(writeCbt("` I do n't , ' -LRB- 3 -RRB- `` Oh ! ''", 'harness')).toBe(
      `\` I don't,' -LRB- 3 -RRB- "Oh!"`,
    );
  });
});

const excerpt = path.join(dataFolder, 'cbt', 'excerpt');
test.skipIf(!hasData)(
  `the 80 filled sentences of eight published questions are written as by lm-evaluation-harness' rules${needsData}`,
  async () => {
    const texts: string[][] = [];
    for (const dataset of cbtKinds.flatMap((kind) => cbtSplits.map((split) => cbt(kind, split)))) {
      const [row] = await dataset.read([path.join(excerpt, dataset.files[0] as string)]);
      const { sentences, query, candidates } = row!;
      texts.push(
        candidates.map((word) =>
          writeCbt([...sentences, query.replace(cbtBlank, word)].join(' '), 'harness'),
        ),
      );
    }
    // The replacements of its former task cbt.py (version 0), one after the other in Python 3.11.
    expect(createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16)).toBe(
      '6b1d0e092f383ba3',
    );
  },
);
