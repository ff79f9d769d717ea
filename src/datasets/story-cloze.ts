/**
 * Story Cloze Test (Mostafazadeh et al. 2016, spring 2016): which of two sentences ends a story of four? There is no
 * training set with two endings; GPT-1 was trained on four fifths of the validation file.
 */
import { DataError } from '../errors.js';
import { numpyPermutation } from '../random/numpy-permutation.js';
import type { Dataset } from './dataset.js';
import { readCsv } from './formats/csv.js';
import { isArchive } from './formats/unpack.js';
import { checkLabelColumn } from './hidden-labels.js';
import { checkText } from './labelled-texts.js';

/** A story with two endings. */
export interface StoryClozeRow {
  id: string;
  /** The first four sentences, joined by spaces (openai/finetune-transformer-lm datasets.py:_rocstories). */
  story: string;
  endings: [string, string];
  /** Index into `endings` of the right one. */
  label: number;
}

const sentences = ['InputSentence1', 'InputSentence2', 'InputSentence3', 'InputSentence4'] as const;
const endings = ['RandomFifthSentenceQuiz1', 'RandomFifthSentenceQuiz2'] as const;
const answer = 'AnswerRightEnding';
const columns = ['InputStoryid', ...sentences, ...endings, answer] as const;

async function readStories(file: string, split: 'val' | 'test'): Promise<StoryClozeRow[]> {
  const member = isArchive(file) ? publishedNames(split)[0] : undefined;
  await checkLabelColumn(file, { texts: [...sentences, ...endings], label: answer, separator: ',', member });
  return (await readCsv(file, columns, { member })).map(({ at, cells }) => {
    for (const column of [...sentences, ...endings]) checkText(cells[column], column, { file, at });
    const label = ['1', '2'].indexOf(cells[answer]);
    if (label < 0) {
      throw new DataError({
        file,
        at,
        problem: 'the right ending is none of the two.',
        expected: '1 or 2',
        found: JSON.stringify(cells[answer]),
      });
    }
    return {
      id: cells.InputStoryid,
      story: sentences.map((column) => cells[column]).join(' '),
      endings: [cells[endings[0]], cells[endings[1]]],
      label,
    };
  });
}

/** The second is the one that the release of GPT-1 asks for. */
const publishedNames = (split: 'val' | 'test') => [
  `cloze_test_${split}__spring2016.csv`,
  `cloze_test_${split}__spring2016 - cloze_test_ALL_${split}.csv`,
];

/** Seed of the release's split (openai/finetune-transformer-lm datasets.py). */
const SPLIT_SEED = 3535999445;
/** Stories that the release holds out of 1,871. */
const HELD_OUT = 374;
const STORIES = 1871;

/** The split of the release: scikit-learn's `train_test_split` with its seed, in its order; of fewer stories, the same part. */
function splitStories(stories: readonly StoryClozeRow[]): {
  train: StoryClozeRow[];
  heldOut: StoryClozeRow[];
} {
  const held = Math.floor((stories.length * HELD_OUT) / STORIES);
  const order = [...numpyPermutation(stories.length, SPLIT_SEED)].map((place) => stories[place]!);
  return { train: order.slice(held), heldOut: order.slice(0, held) };
}

const shared = {
  folder: 'story-cloze',
  source: 'https://cs.rochester.edu/nlp/rocstories/',
  licence: 'given out by its authors on request; no open licence',
};

/** Four fifths of the validation file: what GPT-1 was trained on. */
export const storyClozeTrain: Dataset<StoryClozeRow> = {
  ...shared,
  name: 'Story Cloze validation file, 1,497 stories to train on',
  files: publishedNames('val'),
  sample: 'story-cloze-val.csv',
  publishedRows: STORIES - HELD_OUT,
  read: async ([file]) => splitStories(await readStories(file!, 'val')).train,
};

/** The last fifth of it: what the epoch was chosen on. */
export const storyClozeDev: Dataset<StoryClozeRow> = {
  ...shared,
  name: 'Story Cloze validation file, 374 stories held out',
  files: publishedNames('val'),
  sample: 'story-cloze-val.csv',
  publishedRows: HELD_OUT,
  read: async ([file]) => splitStories(await readStories(file!, 'val')).heldOut,
};

/** The test file, on which the paper reports. */
export const storyClozeTest: Dataset<StoryClozeRow> = {
  ...shared,
  name: 'Story Cloze test',
  files: publishedNames('test'),
  sample: 'story-cloze-test.csv',
  publishedRows: STORIES,
  read: ([file]) => readStories(file!, 'test'),
};
