/**
 * Natural Questions in its open form (Lee, Chang and Toutanova 2019, from Kwiatkowski et al. 2019): questions that people
 * typed into a search engine, with answers of at most five tokens and without the page that holds them. The GPT-2 paper
 * is older than this form; all thirty questions of its Table 5 are in this file.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { text, texts } from './formats/fields.js';
import { type Row, readRows } from './formats/rows.js';

/** A question and what counts as an answer. */
export interface NaturalQuestionsRow {
  /** As typed: mostly lower case, without a question mark. */
  question: string;
  /** At least one. */
  answers: readonly string[];
}

const hint = 'A file with questions only cannot be measured; use NQ-open.dev.jsonl.';

const fields = {
  question: text('question'),
  answers: { ...texts('answer', 'answers'), absence: { reason: 'as in files with questions only', hint } },
};

function readQuestion({ place, values }: Row<typeof fields>): NaturalQuestionsRow {
  if (values.question.trim() === '') throw new DataError({ ...place, problem: 'the question is empty.' });
  if (values.answers.length > 0 && values.answers.every((answer) => answer.trim() !== '')) return values;
  throw new DataError({
    ...place,
    problem: 'an answer is missing or empty.',
    expected: 'at least one text',
  });
}

const files = ['NQ-open.dev.jsonl', 'validation-00000-of-00001.parquet'];

/** Natural Questions (open), development split: 3,610 questions. */
export const naturalQuestionsDev: Dataset<NaturalQuestionsRow> = {
  name: 'Natural Questions (open) dev',
  folder: 'nq-open',
  files,
  hub: { repo: 'google-research-datasets/nq_open', path: 'nq_open/validation-00000-of-00001.parquet' },
  sample: 'nq-open.jsonl',
  publishedRows: 3610,
  source: 'https://github.com/google-research-datasets/natural-questions',
  licence: 'CC BY-SA 3.0',
  read: async ([file]) => (await readRows(file!, fields, { members: files })).map(readQuestion),
};
