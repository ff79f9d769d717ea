/** RACE (Lai et al. 2017): questions with four options about texts from English exams in Chinese middle and high schools. */
import path from 'node:path';
import { DataError } from '../errors.js';
import { decodeText } from '../files/decode.js';
import type { Dataset } from './dataset.js';
import { optional, structure, text, texts, word } from './formats/fields.js';
import { parseJsonRow } from './formats/json-rows.js';
import type { Place } from './formats/raw-row.js';
import { Row, readRows } from './formats/rows.js';
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

/** The authors have a passage in each row, with all of its questions; the hub has a question. */
const fields = {
  article: text('article'),
  id: text('example_id', 'id'),
  question: optional(text('question')),
  answer: optional(word('answer')),
  questions: optional(texts('questions')),
  answers: optional(texts('answers')),
  options: structure('options'),
};

/** Reads rows of passages or questions in any form, the authors' folder of passages, or their archive. */
async function readQuestions(files: readonly string[], part: RacePart): Promise<RaceRow[]> {
  const rows: RaceRow[] = [];
  for (const file of files) {
    const archived = isArchive(file) ? await readArchive(file, part) : [];
    if (archived.length > 0) rows.push(...archived);
    else {
      const members = [`${part.split}.jsonl`, hubFile(part.split)];
      rows.push(...(await readRows(file, fields, { members })).flatMap(questionsOf));
    }
  }
  return part.level === 'all' ? rows : rows.filter(({ level }) => level === part.level);
}

async function readArchive(file: string, { split }: RacePart): Promise<RaceRow[]> {
  const rows: RaceRow[] = [];
  for await (const { name, bytes } of streamMembers(file)) {
    if (!name.includes(`/${split}/`) || !name.endsWith('.txt')) continue;
    const place = shownName(file, name);
    let passage = '';
    for await (const part of decodeText(bytes(), place)) passage += part;
    const { at, values } = parseJsonRow(passage, place);
    rows.push(...questionsOf(new Row(values, fields, { file: place, at })));
  }
  return rows;
}

function questionsOf(row: Row<typeof fields>): RaceRow[] {
  const { place, values } = row;
  const { article, id, options, questions, answers } = values;
  const optionsOf = (list: unknown, where: Place) => texts('options').read(list, 'options', where);
  if (questions === undefined) {
    const [asked, right] = [row.need('question'), row.need('answer')];
    const list = optionsOf(options, place);
    return [toQuestion({ article, id, question: asked, answer: right, options: list }, place)];
  }
  if (
    !Array.isArray(options) ||
    options.length !== questions.length ||
    answers?.length !== questions.length
  ) {
    throw new DataError({
      ...place,
      problem: 'every question needs its options and its answer.',
      expected: `${questions.length} of each`,
      found: `${Array.isArray(options) ? options.length : 'no'} lists of options and ${answers?.length ?? 'no'} answers`,
    });
  }
  return questions.map((asked, number) => {
    const where = { file: place.file, at: `${place.at}, question ${number + 1}` };
    const right = answers[number]!.trim();
    const list = optionsOf(options[number], where);
    return toQuestion({ article, question: asked, options: list, answer: right, id }, where);
  });
}

interface Question {
  article: string;
  question: string;
  options: string[];
  answer: string;
  id: string;
}

function toQuestion({ article, question, options, answer, id }: Question, place: Place): RaceRow {
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

const hubFile = (split: RacePart['split']) =>
  `${split === 'dev' ? 'validation' : split}-00000-of-00001.parquet`;

/** The questions of a split, for one kind of school or both. */
export function race({ split, level }: RacePart): Dataset<RaceRow> {
  const parquet = hubFile(split);
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
