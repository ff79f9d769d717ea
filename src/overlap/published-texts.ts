/** The data sets of Table 6 of the GPT-2 paper whose published files are texts of their own, and how to know that they are whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { streamLines } from '../datasets/formats/lines.js';
import type { DataIdentity } from '../results/result.js';
import type { TextFile } from './documents.js';

/** How the tasks of these results begin; the id of the data set follows. They are no tasks of `gpt eval`. */
export const OVERLAP_TASK = 'overlap-';

/** Test and training text of a data set, as published. */
export interface PublishedTexts {
  title: string;
  /** Lines of the test text, and of the training text in all of its files. Both are as many as the data set has examples. */
  testLines: number;
  trainLines: number;
}

/**
 * By the id of the column of Table 6. Those of enwik8 and text8 are pieces of one file, cut in a way that the paper does not say. The
 * counts are those of the hub's copies (ptb-text-only/ptb_text_only, Salesforce/wikitext, billion-word-benchmark/lm1b); of 1BW the test
 * text is the one file that is usually measured.
 */
export const publishedTexts: Readonly<Record<string, PublishedTexts>> = {
  ptb: { title: 'Penn Treebank', testLines: 3761, trainLines: 42_068 },
  wikitext2: { title: 'WikiText-2', testLines: 4358, trainLines: 36_718 },
  wikitext103: { title: 'WikiText-103', testLines: 4358, trainLines: 1_801_350 },
  '1bw': { title: 'One Billion Word', testLines: 6075, trainLines: 30_301_028 },
};

/** Which texts these are, and whether they are as many lines as were published. Throws what reading them throws. */
export async function identifyTexts(
  files: readonly TextFile[],
  name: string,
  publishedLines: number,
): Promise<DataIdentity> {
  const hash = createHash('sha256');
  let rows = 0;
  for (const { file } of files) {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    for await (const _ of streamLines(file, { keepEmpty: true })) rows++;
  }
  const names = files.map((one) => one.name);
  const file = names.length > 3 ? `${names[0]} and ${names.length - 1} more` : names.join(' + ');
  const complete = rows === publishedLines;
  const identity: DataIdentity = { name, source: 'file', file, sha256: hash.digest('hex'), rows, complete };
  return complete ? identity : { ...identity, own: true };
}
