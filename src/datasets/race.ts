/** RACE (Lai et al. 2017): questions with four options about texts from English exams in Chinese middle and high schools. */
import path from 'node:path';
import { DataError } from '../errors.js';
import { decodeText } from '../files/decode.js';
import { isJsonObject, parseJson } from '../files/json-file.js';
import type { Dataset } from './dataset.js';
import { type Place, textField, textListField } from './formats/fields.js';
import { readJsonLines } from './formats/lines.js';
import { readParquetValues } from './formats/parquet.js';
import { readText } from './formats/text.js';
import { isArchive, shownName, streamMembers } from './formats/unpack.js';
import { checkText } from './labelled-texts.js';

/** Which school a text is for. */
export type RaceLevel = 'middle' | 'high';

/** A question about an article. */
export interface RaceRow {
  article: string;
  /** Ends with a question mark, or has `_` where the answer belongs. */
  question: string;
  /** Four of them. */
  options: string[];
  /** Index into `options`. */
  label: number;
  level: RaceLevel;
  /** Name of the article, such as `high14073.txt`; several questions have the same. */
  id: string;
}

const letters = ['A', 'B', 'C', 'D'];

/** Reads passages: JSON files, a file with one on each line, the authors' archive; or the questions of a Parquet file. */
async function readQuestions(files: readonly string[], part: RacePart): Promise<RaceRow[]> {
  const rows: RaceRow[] = [];
  for (const file of files) {
    if (/\.parquet$/i.test(file)) rows.push(...(await readParquetQuestions(file)));
    else if (isArchive(file)) rows.push(...(await readArchive(file, part)));
    else if (/\.jsonl$/i.test(file)) {
      for (const { at, value } of await readJsonLines(file)) rows.push(...questionsOf(value, { file, at }));
    } else rows.push(...readPassage(await readText(file), file));
  }
  return part.level === 'all' ? rows : rows.filter(({ level }) => level === part.level);
}

async function readArchive(file: string, { split }: RacePart): Promise<RaceRow[]> {
  const rows: RaceRow[] = [];
  for await (const { name, bytes } of streamMembers(file)) {
    if (!name.includes(`/${split}/`) || !name.endsWith('.txt')) continue;
    const place = shownName(file, name);
    let text = '';
    for await (const part of decodeText(bytes(), place)) text += part;
    rows.push(...readPassage(text, place));
  }
  return rows;
}

function readPassage(text: string, file: string): RaceRow[] {
  const value = parseJson(text, file);
  if (isJsonObject(value)) return questionsOf(value, { file, at: 'passage' });
  throw new DataError({
    file,
    problem: 'not a passage of RACE.',
    expected: 'an object with article and questions',
  });
}

function questionsOf(value: Record<string, unknown>, place: Place): RaceRow[] {
  const article = textField(value, 'article', place);
  const id = textField(value, 'id', place);
  const questions = textListField(value, 'questions', place);
  const answers = textListField(value, 'answers', place);
  const lists = value.options;
  if (!Array.isArray(lists) || lists.length !== questions.length || answers.length !== questions.length) {
    throw new DataError({
      ...place,
      problem: 'every question needs its options and its answer.',
      expected: `${questions.length} of each`,
      found: `${Array.isArray(lists) ? lists.length : 'no'} lists of options and ${answers.length} answers`,
    });
  }
  return questions.map((question, number) => {
    const at = `${place.at}, question ${number + 1}`;
    const options = textListField({ options: lists[number] }, 'options', { file: place.file, at });
    return toRow({ article, question, options, answer: answers[number]!, id }, { file: place.file, at });
  });
}

async function readParquetQuestions(file: string): Promise<RaceRow[]> {
  const rows = await readParquetValues(file, ['example_id', 'article', 'answer', 'question', 'options']);
  return rows.map(({ at, values }) => {
    const place = { file, at };
    const [article, question, answer, id] = (['article', 'question', 'answer', 'example_id'] as const).map(
      (key) => textField(values, key, place),
    ) as [string, string, string, string];
    return toRow({ article, question, options: textListField(values, 'options', place), answer, id }, place);
  });
}

interface Question {
  article: string;
  question: string;
  options: string[];
  answer: string;
  id: string;
}

function toRow({ article, question, options, answer, id }: Question, place: Place): RaceRow {
  checkText(article, 'article', place);
  const label = letters.indexOf(answer);
  const level = id.startsWith('middle') ? 'middle' : id.startsWith('high') ? 'high' : undefined;
  const problem =
    options.length !== letters.length
      ? { problem: 'a question has four options.', expected: letters.length, found: options.length }
      : label < 0
        ? { problem: 'the answer is none of the options.', expected: 'A to D', found: JSON.stringify(answer) }
        : level === undefined
          ? {
              problem: 'the id does not say the level.',
              expected: 'middle… or high…',
              found: JSON.stringify(id),
            }
          : undefined;
  if (problem !== undefined) throw new DataError({ ...place, ...problem });
  return { article, question, options, label, level: level!, id };
}

/** A part of RACE. */
export interface RacePart {
  split: 'train' | 'dev' | 'test';
  level: RaceLevel | 'all';
}

/** Questions by split and level (Lai et al. 2017, Table 2). */
const counts = {
  train: { middle: 25_421, high: 62_445, all: 87_866 },
  dev: { middle: 1436, high: 3451, all: 4887 },
  test: { middle: 1436, high: 3498, all: 4934 },
} as const;

/** The questions of a split, for one kind of school or both. */
export function race({ split, level }: RacePart): Dataset<RaceRow> {
  const parquet = `${split === 'dev' ? 'validation' : split}-00000-of-00001.parquet`;
  return {
    name: `RACE ${split}${level === 'all' ? '' : `, ${level} school`}`,
    folder: 'race',
    files: [
      level === 'all' ? `${split}/` : `${split}/${level}/`,
      path.posix.join(level, parquet),
      `${split}.jsonl`,
      'RACE.tar.gz',
    ],
    hub: { repo: 'ehovy/race', path: `${level}/${parquet}` },
    sample: `race-${split === 'train' ? 'train' : 'dev'}.jsonl`,
    publishedRows: counts[split][level],
    source: 'https://www.cs.cmu.edu/~glai1/data/race/',
    licence: 'non-commercial research only',
    read: (files) => readQuestions(files, { split, level }),
  };
}

/** The questions that a model is trained on. */
export const raceTrain = race({ split: 'train', level: 'all' });

/** The development questions. */
export const raceDev = race({ split: 'dev', level: 'all' });

/** The test questions, with public answers. */
export const raceTest = race({ split: 'test', level: 'all' });
