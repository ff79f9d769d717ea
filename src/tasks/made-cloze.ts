/**
 * A test in the form of the Children's Book Test, made here from books at hand: the published one may not be, and small models have
 * read other books than it has. Its numbers compare models with each other and stand in no cell of the paper.
 */
import type { CbtRow } from '../datasets/cbt.js';
import type { Dataset } from '../datasets/dataset.js';
import { runningTexts } from '../datasets/texts.js';
import { type CbtRecord, cbtMetrics, cloze, recordQuestion } from './cbt.js';
import { type ClozeKind, clozeKinds, makeClozes } from './cloze-maker.js';
import type { ChoiceTask, TaskDefinition } from './task.js';

const SEED = 1;

function madeClozes(kind: ClozeKind): Dataset<CbtRow> {
  return {
    ...runningTexts,
    name: `books, missing ${kind}`,
    sample: 'cloze.txt',
    read: async (files, note) =>
      (await runningTexts.read(files, note)).flatMap(({ text }) => makeClozes(text, kind, SEED)),
  };
}

function createMadeCloze(kind: ClozeKind): ChoiceTask<CbtRow, CbtRecord> {
  return {
    kind: 'choice',
    name: 'cbt-made',
    title: 'missing word of a book, a test made here in the form of CBT',
    paper: { name: 'GPT-2', section: '§3.2', table: 'gpt2-table3' },
    version: 1,
    dataset: madeClozes(kind),
    deviations: [
      'Not the Children’s Book Test: questions made here from other books, by the rules that its authors describe.',
      'Names and common nouns are found by where words stand in the book, not by a tagger; the missing word also stands in the 20 sentences.',
      ...(kind === 'names'
        ? ['Few passages have ten names: where there are fewer, other names of the book make up the number.']
        : []),
    ],
    request(row) {
      const { context, options } = cloze(row, 'raw');
      return { context, options };
    },
    record: (row, answers) => recordQuestion(row, answers, 'raw'),
    metrics: cbtMetrics,
  };
}

/** The made test as `gpt eval` lists it. */
export const madeCloze: TaskDefinition = {
  name: 'cbt-made',
  options: [
    {
      name: 'missing',
      choices: clozeKinds,
      default: 'nouns',
      describe: 'what is missing: common nouns, or names',
    },
  ],
  page: {
    asks: 'As in the Children’s Book Test, on books of one’s own (`--data`): 20 sentences and the next one with a word left out, which one of ten words must fill. All ten are of one kind and stand in these sentences.',
    scores:
      'As there: the word is right whose log P(word, rest of the sentence) is the highest. At most 150 questions are made of a book, none of which shares a sentence with another.',
  },
  create: ({ missing }) => createMadeCloze(missing as ClozeKind),
};
