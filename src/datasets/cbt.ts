/**
 * The Children's Book Test (Hill et al. 2016): 20 sentences of a children's book, a 21st with one word missing, and ten
 * words to choose from. Four kinds of missing words, each with a validation and a test split, as tokenised text.
 */
import { DataError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { text, texts } from './formats/fields.js';
import { type Line, readLines } from './formats/lines.js';
import { findRows } from './formats/rows.js';
import { findMember, shownName } from './formats/unpack.js';

/** The kinds of missing words: common nouns, named entities, verbs, prepositions. */
export const cbtKinds = ['CN', 'NE', 'V', 'P'] as const;
/** One of `cbtKinds`. */
export type CbtKind = (typeof cbtKinds)[number];

/** The splits that are measured on. */
export const cbtSplits = ['validation', 'test'] as const;
/** One of `cbtSplits`. */
export type CbtSplit = (typeof cbtSplits)[number];

/** What stands in the query for the missing word. */
export const cbtBlank = 'XXXXX';

/** One question; all texts as published, tokenised. */
export interface CbtRow {
  /** The 20 sentences before the query, without their numbers. */
  sentences: string[];
  /** The 21st sentence, with `cbtBlank` for the missing word. */
  query: string;
  /** What may be missing; ten words in the published data, in its order. */
  candidates: string[];
  /** Index of the right one. */
  answer: number;
}

/** What the parts of a question are called in the file at hand, and where they stand. */
interface Question {
  sentences: string[];
  query: string;
  answer: string;
  candidates: string[];
}

const SENTENCES = 20;

const fields = {
  sentences: texts('sentences'),
  query: text('question'),
  answer: text('answer'),
  candidates: texts('options'),
};

async function readQuestions(file: string, members: readonly string[]): Promise<CbtRow[]> {
  const rows = await findRows(file, fields, { members });
  if (rows !== undefined) return rows.map(({ place, values }) => toRow(values, place.file, place.at));
  const member = await findMember(file, members);
  return readTextQuestions(await readLines(file, { member }), shownName(file, member));
}

/** Blocks of 21 numbered lines; the last holds query, answer and candidates: `21 query TAB answer TAB TAB a|b|c`. */
function readTextQuestions(lines: readonly Line[], file: string): CbtRow[] {
  const rows: CbtRow[] = [];
  let sentences: string[] = [];
  for (const line of lines) {
    const at = `line ${line.number}`;
    const sentence = readNumbered(line, sentences.length + 1, file);
    if (sentences.length < SENTENCES) {
      sentences.push(sentence);
      continue;
    }
    const cells = sentence.split('\t').map((cell) => cell.trim());
    const [query, answer, , candidates] = cells;
    if (cells.length !== 4 || query === undefined || answer === undefined || candidates === undefined) {
      throw new DataError({
        file,
        at,
        problem: 'a query needs its answer and its candidates.',
        expected: '"21 query TAB answer TAB TAB candidate|candidate|…"',
        found: `${cells.length} columns`,
      });
    }
    rows.push(toRow({ sentences, query, answer, candidates: candidates.split('|') }, file, at));
    sentences = [];
  }
  if (sentences.length > 0) {
    throw new DataError({
      file,
      at: `line ${lines.at(-1)!.number}`,
      problem: 'the file ends within a question.',
      expected: `${SENTENCES + 1} numbered lines for each question`,
      found: sentences.length,
    });
  }
  return rows;
}

/** Text of a line that begins with its number within the question: a line too many or too few shifts every question after it. */
function readNumbered(line: Line, number: number, file: string): string {
  const [first] = line.text.split(/\s/, 1);
  if (first === String(number)) return line.text.slice(first.length).trimStart();
  throw new DataError({
    file,
    at: `line ${line.number}`,
    problem: 'a question is 21 lines with the numbers 1 to 21.',
    expected: `a line that begins with ${number}`,
    found: JSON.stringify(line.text.slice(0, 40)),
  });
}

function toRow({ sentences, query, answer, candidates }: Question, file: string, at: string): CbtRow {
  const refuse = (problem: string, expected: string | number, found: string | number) => {
    throw new DataError({ file, at, problem, expected, found });
  };
  if (sentences.length !== SENTENCES) {
    refuse('the query has a wrong number of sentences before it.', SENTENCES, sentences.length);
  }
  if (!query.includes(cbtBlank)) {
    refuse('the query has no blank.', cbtBlank, JSON.stringify(query.slice(0, 60)));
  }
  const words = candidates.map((candidate) => candidate.trim());
  if (words.length < 2 || words.includes('')) {
    refuse('the candidates are words between bars.', 'two or more', JSON.stringify(candidates.join('|')));
  }
  const right = words.indexOf(answer.trim());
  if (right < 0) {
    refuse('the answer is none of the candidates.', words.join(', '), JSON.stringify(answer));
  }
  return { sentences, query, candidates: words, answer: right };
}

/** Names that the published files have for a split. */
const splitFiles = {
  validation: { text: 'valid_2000ex', rows: 2000 },
  test: { text: 'test_2500ex', rows: 2500 },
} as const;

/** One kind of missing words in one split: 2,000 questions for validation, 2,500 for test. */
export function cbt(kind: CbtKind, split: CbtSplit): Dataset<CbtRow> {
  const published = `cbtest_${kind}_${splitFiles[split].text}.txt`;
  const parquet = `${kind}/${split}-00000-of-00001.parquet`;
  return {
    name: `CBT ${kind}, ${split}`,
    folder: 'cbt',
    files: [published, `CBTest/data/${published}`, 'CBTest.tgz', parquet],
    hub: { repo: 'cam-cst/cbt', path: parquet },
    sample: `cbt-${kind.toLowerCase()}.txt`,
    publishedRows: splitFiles[split].rows,
    source: 'https://research.fb.com/downloads/babi/',
    licence: 'GNU Free Documentation License 1.2 or later',
    read: ([file]) => readQuestions(file!, [published, parquet.slice(parquet.indexOf('/') + 1)]),
  };
}
