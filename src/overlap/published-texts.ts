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
  /** How much the test text is, and the training text in all of its files; absent for texts of one's own. */
  test?: TextSize;
  train?: TextSize;
  /** What the paper does not say of these texts and this project had to choose. */
  note?: string;
}

/**
 * Lines are as many as the data set has examples; a text without lines of its own is known by its bytes, of which a cut inside a
 * character may have cost up to `LOST_BYTES`.
 */
export type TextSize = { lines: number } | { bytes: number };

/** Bytes of characters that were cut at both ends of a text in UTF-8. */
const LOST_BYTES = 6;

const cut = {
  test: { bytes: 5_000_000 },
  train: { bytes: 90_000_000 },
  note: 'The paper does not say how it cuts the file (ours: as usual, the first 90 and the last 5 of 100 million bytes).',
};

/** Texts of Figure 5, which are one's own: what a model wrote, and what it was not trained on. */
const ownTexts: Readonly<Record<string, PublishedTexts>> = {
  samples: { title: 'samples of a model' },
  'held-out': { title: 'texts not trained on' },
};

/**
 * By the id of the column of Table 6. The counts are those of the hub's copies (ptb-text-only/ptb_text_only, Salesforce/wikitext,
 * billion-word-benchmark/lm1b); of 1BW the test text is the one file that is usually measured. enwik8 and text8 are one file, whose
 * pieces `gpt eval` cuts in the same place.
 */
export const publishedTexts: Readonly<Record<string, PublishedTexts>> = {
  ptb: { title: 'Penn Treebank', test: { lines: 3761 }, train: { lines: 42_068 } },
  wikitext2: { title: 'WikiText-2', test: { lines: 4358 }, train: { lines: 36_718 } },
  enwik8: { title: 'enwik8', ...cut },
  text8: { title: 'text8', ...cut },
  wikitext103: { title: 'WikiText-103', test: { lines: 4358 }, train: { lines: 1_801_350 } },
  '1bw': { title: 'One Billion Word', test: { lines: 6075 }, train: { lines: 30_301_028 } },
  // Not in the paper's table: their training texts are no texts of the same kind, but another's may be held against them.
  lambada: { title: 'LAMBADA', test: { lines: 5153 } },
  // The hub's 500 dialogues as a table, whose stories and answers have line ends of their own.
  coqa: { title: 'CoQA', test: { lines: 11_985 } },
  nq: { title: 'Natural Questions', test: { lines: 3610 } },
  ...ownTexts,
};

/** Which texts these are, and whether they are as much as was published. Throws what reading them throws. */
export async function identifyTexts(
  files: readonly TextFile[],
  name: string,
  published?: TextSize,
): Promise<DataIdentity> {
  const hash = createHash('sha256');
  let [rows, bytes] = [0, 0];
  for (const { file } of files) {
    for await (const chunk of createReadStream(file)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    for await (const _ of streamLines(file, { keepEmpty: true })) rows++;
  }
  const names = files.map((one) => one.name);
  const file = names.length > 3 ? `${names[0]} and ${names.length - 1} more` : names.join(' + ');
  const complete = published !== undefined && isWhole(published, rows, bytes);
  const identity: DataIdentity = { name, source: 'file', file, sha256: hash.digest('hex'), rows, complete };
  return complete ? identity : { ...identity, own: true };
}

function isWhole(published: TextSize, rows: number, bytes: number): boolean {
  if ('lines' in published) return rows === published.lines;
  return bytes <= published.bytes && bytes >= published.bytes - LOST_BYTES;
}
