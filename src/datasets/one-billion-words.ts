/**
 * One Billion Word Benchmark (Chelba et al. 2013): sentences of news in random order, tokenised. The test text of the
 * literature is the first of the 50 held-out files.
 */

import { DataError } from '../errors.js';
import { sha256Of } from '../files/sha256.js';
import type { Dataset } from './dataset.js';
import { readLines } from './formats/lines.js';
import { readTextRows } from './formats/text-rows.js';
import { findMember } from './formats/unpack.js';

const testFile = 'news.en.heldout-00000-of-00050';
const testSentences = 6075;
/** sha256 of the first sentence and of the whole file (sentences with their line ends). */
const firstSentenceSha256 = 'd925194a4580ab22c1ce82cc52670dda027291e6702cfdcb7ae441cb00d7a390';
const testFileSha256 = '265dccd51762253e20425c21ff6ddf09e6da2e11a365da399b0390eebb2d52c8';

async function readSentences([file]: readonly string[]): Promise<string[]> {
  const members = [testFile];
  const rows = await readTextRows(file!, { members });
  if (rows === undefined) {
    return (await readLines(file!, { member: await findMember(file!, members) })).map(({ text }) =>
      text.trim(),
    );
  }
  const sentences = rows.map(({ text }) => text.trim());
  return sentences.length > testSentences ? findTestFile(sentences, file!) : sentences;
}

/** The sentences of the test file among those of all held-out files, as the hub has them. */
function findTestFile(sentences: readonly string[], file: string): string[] {
  const start = sentences.findIndex((sentence) => sha256Of(sentence) === firstSentenceSha256);
  const found = start < 0 ? [] : sentences.slice(start, start + testSentences);
  if (sha256Of(found.map((sentence) => `${sentence}\n`).join('')) === testFileSha256) return found;
  throw new DataError({
    file,
    problem: `the sentences of ${testFile} are not in it in one piece.`,
    hint: `Take that file from the published archive and pass it with --data ${testFile}.`,
  });
}

/** The test file. A row is a sentence, without its line end. */
export const oneBillionWords: Dataset<string> = {
  name: `One Billion Word test, ${testFile}`,
  folder: '1bw',
  files: [
    testFile,
    `heldout-monolingual.tokenized.shuffled/${testFile}`,
    // The same sentences as the tongrams project hands them out.
    'tongrams_sample_text.txt',
  ],
  hub: {
    repo: 'billion-word-benchmark/lm1b',
    path: 'plain_text/test/0000.parquet',
    revision: 'refs/convert/parquet',
  },
  sample: '1bw.txt',
  publishedRows: testSentences,
  source: 'https://www.statmt.org/lm-benchmark/',
  licence: 'research use (WMT 2011 news crawl)',
  read: readSentences,
};
