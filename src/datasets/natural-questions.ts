/**
 * Natural Questions in its open form (Lee, Chang and Toutanova 2019, from Kwiatkowski et al. 2019): questions that people
 * typed into a search engine, with answers of at most five tokens and without the page that holds them. The GPT-2 paper
 * is older than this form; all thirty questions of its Table 5 are in this file.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { type Place, textField, textListField } from './formats/fields.js';
import { readJsonLines } from './formats/lines.js';
import { readParquetValues } from './formats/parquet.js';

/** A question and what counts as an answer. */
export interface NaturalQuestionsRow {
  /** As typed: mostly lower case, without a question mark. */
  question: string;
  /** At least one. */
  answers: readonly string[];
}

function readQuestion(value: Record<string, unknown>, place: Place): NaturalQuestionsRow {
  const question = textField(value, 'question', place);
  if (question.trim() === '') throw new DataError({ ...place, problem: 'the question is empty.' });
  if (value.answer === undefined) {
    throw new DataError({
      ...place,
      problem: 'the question has no answers.',
      expected: '"answer": ["…"]',
      found: `keys ${Object.keys(value).join(', ')}`,
      hint: 'A file with questions only cannot be measured; use NQ-open.dev.jsonl.',
    });
  }
  const answers = textListField(value, 'answer', place);
  if (answers.length === 0 || answers.some((answer) => answer.trim() === '')) {
    throw new DataError({
      ...place,
      problem: 'an answer is missing or empty.',
      expected: 'at least one text',
    });
  }
  return { question, answers };
}

/** Natural Questions (open), development split: 3,610 questions. */
export const naturalQuestionsDev: Dataset<NaturalQuestionsRow> = {
  name: 'Natural Questions (open) dev',
  folder: 'nq-open',
  files: ['NQ-open.dev.jsonl', 'validation-00000-of-00001.parquet'],
  hub: { repo: 'google-research-datasets/nq_open', path: 'nq_open/validation-00000-of-00001.parquet' },
  sample: 'nq-open.jsonl',
  publishedRows: 3610,
  source: 'https://github.com/google-research-datasets/natural-questions',
  licence: 'CC BY-SA 3.0',
  read: async ([file]) => {
    const rows = file!.toLowerCase().includes('.parquet')
      ? (await readParquetValues(file!, ['question', 'answer'])).map(({ at, values }) => ({
          at,
          value: values,
        }))
      : await readJsonLines(file!);
    return rows.map(({ at, value }) => readQuestion(value, { file: file!, at }));
  },
};
