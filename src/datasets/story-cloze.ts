/**
 * Story Cloze Test (Mostafazadeh et al. 2016, spring 2016): which of two sentences ends a story of four? There is no
 * training set with two endings; GPT-1 was trained on four fifths of the validation file.
 */
import { DataError } from '../errors.js';
import { numpyPermutation } from '../random/numpy-permutation.js';
import type { Dataset } from './dataset.js';
import { text, type ValuesOf, word } from './formats/fields.js';
import { readRows } from './formats/rows.js';
import { labelField } from './hidden-labels.js';
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

const fields = {
  id: word('InputStoryid', 'story_id'),
  first: text('InputSentence1', 'input_sentence_1'),
  second: text('InputSentence2', 'input_sentence_2'),
  third: text('InputSentence3', 'input_sentence_3'),
  fourth: text('InputSentence4', 'input_sentence_4'),
  one: text('RandomFifthSentenceQuiz1', 'sentence_quiz1'),
  other: text('RandomFifthSentenceQuiz2', 'sentence_quiz2'),
};
const labelled = { ...fields, right: labelField('AnswerRightEnding', 'answer_right_ending') };

async function readStories(file: string, split: 'val' | 'test'): Promise<StoryClozeRow[]> {
  return (await readRows(file, labelled, { members: publishedNames(split) })).map((row) => {
    const { place, values } = row;
    for (const key of textKeys) checkText(values[key], row.nameOf(key), place);
    const label = ['1', '2'].indexOf(values.right);
    if (label >= 0) return { ...storyOf(values), label };
    throw new DataError({
      ...place,
      problem: 'the right ending is none of the two.',
      expected: '1 or 2',
      found: JSON.stringify(values.right),
    });
  });
}

const textKeys = ['first', 'second', 'third', 'fourth', 'one', 'other'] as const;

function storyOf(values: ValuesOf<typeof fields>): Omit<StoryClozeRow, 'label'> {
  const { id, first, second, third, fourth, one, other } = values;
  return { id, story: [first, second, third, fourth].join(' '), endings: [one, other] };
}

/** Reads a test file, with or without its column of answers, for `--predict`. Throws DataError naming file and line. */
export async function readStoryClozeTest(
  file: string,
): Promise<{ id: string; row: Omit<StoryClozeRow, 'id' | 'label'> }[]> {
  return (await readRows(file, fields, { members: publishedNames('test') })).map(({ values }) => {
    const { id, ...row } = storyOf(values);
    return { id, row };
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
