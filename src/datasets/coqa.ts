/**
 * CoQA (Reddy, Chen and Manning 2018): dialogues of questions and answers about a passage. Development split; the answers
 * of the test split are not public. Only two of the published forms have the further reference answers that the official
 * measure needs.
 */
import { DataError } from '../errors.js';
import { isJsonObject } from '../files/json-file.js';
import type { Dataset } from './dataset.js';
import { object, optional, structure, text, word } from './formats/fields.js';
import type { Place } from './formats/raw-row.js';
import { readRows } from './formats/rows.js';

/** Where the passages come from, under the names of the files, in the order of the official script. */
export const coqaSources = ['mctest', 'gutenberg', 'race', 'cnn', 'wikipedia'] as const;
/** One of `coqaSources`. */
export type CoqaSource = (typeof coqaSources)[number];

/** A question of a dialogue. */
interface CoqaTurn {
  question: string;
  /** The answer of the dialogue and, where the file has them, those of three other people. */
  references: readonly string[];
}

/** A passage and the dialogue about it. */
export interface CoqaRow {
  source: CoqaSource;
  story: string;
  turns: readonly CoqaTurn[];
}

/** A dialogue as the forms have it: parallel lists. */
interface Dialogue {
  source: string;
  story: string;
  questions: readonly string[];
  /** One list for each person who answered, at least one; the first one is part of the dialogue. */
  answers: readonly (readonly string[])[];
}

function checkDialogue({ source, story, questions, answers }: Dialogue, place: Place): CoqaRow {
  if (!coqaSources.some((name) => name === source)) {
    throw new DataError({
      ...place,
      problem: 'the source of the passage is none of the public ones.',
      expected: coqaSources.join(', '),
      found: JSON.stringify(source),
    });
  }
  if (story.trim() === '') throw new DataError({ ...place, problem: 'the story is empty.' });
  if (questions.length === 0) throw new DataError({ ...place, problem: 'the dialogue has no questions.' });
  for (const list of answers) {
    if (list.length !== questions.length) {
      throw new DataError({
        ...place,
        problem: 'not every question has an answer from every person.',
        expected: `${questions.length} answers`,
        found: list.length,
      });
    }
  }
  // Only what stands in the dialogue: the official script takes a further answer that is empty for what it is.
  for (const [name, list] of Object.entries({ question: questions, answer: answers[0]! })) {
    const empty = list.findIndex((text) => text.trim() === '');
    if (empty >= 0) throw new DataError({ ...place, problem: `the ${name} of turn ${empty + 1} is empty.` });
  }
  const turns = questions.map((question, turn) => ({
    question,
    references: answers.map((list) => list[turn]!),
  }));
  return { source: source as CoqaSource, story, turns };
}

/**
 * The texts of a list of turns, which is published as a list of texts, as a list of `{input_text, turn_id}` or, in
 * Parquet, as the lists `input_text` and `turn_id` of one structure. They come back in the order of their ids, whatever that
 * of the file is, so that equal places belong together.
 */
function turnTexts(value: unknown, name: string, place: Place): string[] {
  const turns = isJsonObject(value) ? value.input_text : value;
  const ids = isJsonObject(value) ? value.turn_id : undefined;
  if (!Array.isArray(turns) || !(ids === undefined || Array.isArray(ids))) {
    throw new DataError({
      ...place,
      problem: `"${name}" is no list of turns.`,
      expected: '[{"input_text": "…"}]',
    });
  }
  const texts: string[] = [];
  for (const [index, turn] of turns.entries()) {
    const [text, id] = isJsonObject(turn) ? [turn.input_text, turn.turn_id] : [turn, ids?.[index]];
    if (typeof text !== 'string') {
      throw new DataError({
        ...place,
        problem: `"${name}" has no text in turn ${index + 1}.`,
        found: typeof text,
      });
    }
    const number = id === undefined ? index + 1 : Number(id);
    if (!(Number.isInteger(number) && number >= 1 && number <= turns.length)) {
      throw new DataError({
        ...place,
        problem: `"${name}" has a turn without its others.`,
        expected: `turn_id 1 to ${turns.length}`,
        found: String(id),
      });
    }
    if (texts[number - 1] !== undefined) {
      throw new DataError({ ...place, problem: `"${name}" has turn ${number} twice.` });
    }
    texts[number - 1] = text;
  }
  return texts;
}

/** The questions of a dialogue, and the answers of one person to them, are lists of turns; further answers a list for each person. */
const fields = {
  source: word('source'),
  story: text('story'),
  questions: structure('questions'),
  answers: structure('answers'),
  further: optional(object('additional_answers')),
};

const files = [
  'coqa-dev-v1.0.json',
  'coqa_validation.parquet',
  'validation-00000-of-00001.parquet',
  'coqa_validation.csv',
];

/** A score against single references is another number than the official one. */
const singleReferences =
  'Each question has one reference answer; the published files with four give a higher F1.';

async function readDialogues(file: string, note?: (sentence: string) => void): Promise<CoqaRow[]> {
  const rows = await readRows(file, fields, { members: files });
  const dialogues = rows.map(({ place, values }) => {
    const { source, story, further = {} } = values;
    const answers = [
      turnTexts(values.answers, 'answers', place),
      ...Object.entries(further).map(([key, list]) => turnTexts(list, `additional_answers.${key}`, place)),
    ];
    return checkDialogue(
      { source, story, questions: turnTexts(values.questions, 'questions', place), answers },
      place,
    );
  });
  const isSingle = dialogues.some(({ turns }) => turns.some(({ references }) => references.length === 1));
  if (isSingle) note?.(singleReferences);
  return dialogues;
}

/** CoQA, development split: 500 dialogues with 7,983 turns. */
export const coqaDev: Dataset<CoqaRow> = {
  name: 'CoQA dev',
  folder: 'coqa',
  files,
  hub: { repo: 'EleutherAI/coqa', path: 'coqa_validation.parquet' },
  sample: 'coqa.json',
  publishedRows: 500,
  source: 'https://stanfordnlp.github.io/coqa/',
  licence:
    'by passage: CC BY-SA 4.0 (literature, Wikipedia), MSR-LA (MCTest), Apache 2.0 (news), research only (RACE)',
  read: ([file], note) => readDialogues(file!, note),
};
