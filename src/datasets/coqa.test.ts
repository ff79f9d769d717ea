import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { type CoqaRow, coqaDev, coqaSources } from './coqa.js';
import { loadDataset } from './load.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Uint8Array): Promise<CoqaRow[]> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return (await loadDataset(coqaDev, { data: file, fetch })).rows;
}

/** A dialogue in the official form, whose parts a test may replace. */
const turns = (...texts: string[]) => texts.map((input_text, turn) => ({ input_text, turn_id: turn + 1 }));
const dialogue = {
  source: 'mctest',
  id: '1',
  story: 'Ann has a "red" hat.\n\nIt is new.',
  questions: turns('What color is it?', "Is it Ann's?"),
  answers: turns('red', 'yes'),
  additional_answers: { 0: turns('Red', 'Yes.'), 1: turns('a red one', 'it is') },
};
const official = (...dialogues: object[]) => JSON.stringify({ version: '1.0', data: dialogues });

const row: CoqaRow = {
  source: 'mctest',
  story: 'Ann has a "red" hat.\n\nIt is new.',
  turns: [
    { question: 'What color is it?', references: ['red', 'Red', 'a red one'] },
    { question: "Is it Ann's?", references: ['yes', 'Yes.', 'it is'] },
  ],
};
/** Without the answers of other people, which two of the forms lack. */
const single: CoqaRow = {
  ...row,
  turns: row.turns.map(({ question, references }) => ({ question, references: references.slice(0, 1) })),
};

/** Lists of turns as `datasets` writes them to Parquet: a structure of lists. */
const structure = (list: { input_text: string; turn_id: number }[]) => ({
  input_text: list.map(({ input_text }) => input_text),
  turn_id: list.map(({ turn_id }) => turn_id),
});

describe('the forms in which CoQA is published are read alike', () => {
  test('the official JSON, with the answers of several people', async () => {
    expect(await read('coqa-dev-v1.0.json', official(dialogue))).toEqual([row]);
  });

  test('a further answer may be empty, as the official script has it', async () => {
    const further = { ...dialogue.additional_answers, 1: turns('', 'it is') };
    const [read0] = await read('empty.json', official({ ...dialogue, additional_answers: further }));
    expect(read0!.turns[0]!.references).toEqual(['red', 'Red', '']);
  });

  test('turns are joined by their ids, in whatever order the lists have them', async () => {
    const { questions, answers } = dialogue;
    const shuffled = { ...dialogue, questions: [...questions].reverse(), answers: [...answers].reverse() };
    const one = { ...dialogue, questions: [...questions].reverse() };
    for (const [name, form] of Object.entries({ both: shuffled, questions: one })) {
      expect(await read(`${name}.json`, official(form))).toEqual(
        await read('order.json', official(dialogue)),
      );
    }
  });

  test('Parquet with the answers of several people', async () => {
    const { source, story, questions, answers, additional_answers } = dialogue;
    const further = Object.fromEntries(
      Object.entries(additional_answers).map(([key, list]) => [key, structure(list)]),
    );
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: ['1'], type: 'STRING' },
        { name: 'source', data: [source], type: 'STRING' },
        { name: 'story', data: [story], type: 'STRING' },
        { name: 'questions', data: [structure(questions)] },
        { name: 'answers', data: [structure(answers)] },
        { name: 'additional_answers', data: [further] },
      ],
    });
    expect(await read('coqa_validation.parquet', new Uint8Array(bytes))).toEqual([row]);
  });

  test('Parquet with single answers', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'source', data: ['mctest'], type: 'STRING' },
        { name: 'story', data: [dialogue.story], type: 'STRING' },
        { name: 'questions', data: [dialogue.questions.map(({ input_text }) => input_text)] },
        {
          name: 'answers',
          data: [{ input_text: ['red', 'yes'], answer_start: [10, 0], answer_end: [15, 3] }],
        },
      ],
    });
    expect(await read('validation-00000-of-00001.parquet', new Uint8Array(bytes))).toEqual([single]);
  });

  test('rows without the answers of other people are read, and the result says so', async () => {
    const { source, story, questions, answers } = dialogue;
    const texts = (list: { input_text: string }[]) => list.map(({ input_text }) => input_text);
    const line = { source, story, questions: texts(questions), answers: { input_text: texts(answers) } };
    const file = path.join(folder, 'hub.jsonl');
    await writeFile(file, `${JSON.stringify(line)}\n`);
    const { rows, notes } = await loadDataset(coqaDev, { data: file, fetch });
    expect(rows).toEqual([single]);
    expect(notes).toEqual([expect.stringMatching(/^Each question has one reference answer/)]);
    const whole = path.join(folder, 'whole.json');
    await writeFile(whole, official(dialogue));
    expect((await loadDataset(coqaDev, { data: whole, fetch })).notes).toEqual([]);
  });

  test('a table of printed arrays', async () => {
    const cells = [
      'mctest',
      dialogue.story,
      `['What color is it?'\n "Is it Ann's?"]`,
      `{'input_text': array(['red', 'yes'], dtype=object), 'answer_start': array([10,  0], dtype=int32)}`,
    ];
    const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
    expect(await read('table.csv', `source,story,questions,answers\n${line}\n`)).toEqual([single]);
  });
});

describe('a damaged file is refused with its name and place', () => {
  const { additional_answers: further } = dialogue;
  test.each<[string, string, RegExp]>([
    ['no JSON', '{"data": [', /no-JSON\.json/],
    ['a list', '[]', /holds no examples/],
    ['a text for a dialogue', '{"data": ["story"]}', /element 1: not an object.*found "story"/],
    ['no story', official({ ...dialogue, story: undefined }), /element 1: no text under "story"/],
    ['an empty story', official(dialogue, { ...dialogue, story: ' \n' }), /element 2: the story is empty/],
    [
      'a hidden source',
      official({ ...dialogue, source: 'reddit' }),
      /none of the public ones.*found "reddit"/,
    ],
    ['no questions', official({ ...dialogue, questions: [], answers: [] }), /the dialogue has no questions/],
    ['a missing answer', official({ ...dialogue, answers: turns('red') }), /Expected 2 answers, found 1/],
    [
      'a missing further answer',
      official({ ...dialogue, additional_answers: { ...further, 1: turns('a', 'b', 'c') } }),
      /Expected 2 answers, found 3/,
    ],
    [
      'an empty question',
      official({ ...dialogue, questions: turns('a', ' ') }),
      /question of turn 2 is empty/,
    ],
    ['an empty answer', official({ ...dialogue, answers: turns('', 'b') }), /answer of turn 1 is empty/],
    [
      'a turn twice',
      official({ ...dialogue, answers: [turns('red')[0], turns('red')[0]] }),
      /"answers" has turn 1 twice/,
    ],
    [
      'the answer to a question that is not there',
      official({ ...dialogue, answers: [turns('red')[0], { input_text: 'yes', turn_id: 3 }] }),
      /"answers" has a turn without its others\. Expected turn_id 1 to 2, found 3/,
    ],
    [
      'a number for an answer',
      official({ ...dialogue, answers: [{ input_text: 7, turn_id: 1 }] }),
      /"answers" has no text in turn 1. Found number/,
    ],
    [
      'further answers in a list',
      official({ ...dialogue, additional_answers: [turns('a', 'b')] }),
      /no object under "additional_answers"/,
    ],
  ])('%s', async (what, content, message) => {
    const name = `${what.replaceAll(' ', '-')}.json`;
    await expect(read(name, content)).rejects.toThrow(message);
    await expect(read(name, content)).rejects.toThrow(name);
  });

  test('a table whose arrays are cut short', async () => {
    const content = `source,story,questions,answers\nrace,"A\nstory.","['Who?' ...]","{}"\n`;
    await expect(read('short.csv', content)).rejects.toThrow(
      /short\.csv: line 3, column (answers|questions), character \d+: the printed list is damaged/,
    );
  });
});

test('the sample has 4 dialogues of 6 turns, 4 references each, and its spans are where it says', async () => {
  const { rows, file } = await loadDataset(coqaDev, { data: 'sample', fetch });
  expect(file).toBe('coqa.json');
  expect(rows.map((dialogue) => dialogue.turns.length)).toEqual([6, 6, 6, 6]);
  expect(new Set(rows.map(({ source }) => source)).size).toBe(4);
  const references = rows.flatMap((dialogue) => dialogue.turns.map((turn) => turn.references.length));
  expect(new Set(references)).toEqual(new Set([4]));

  const sample = new URL('../../samples/coqa.json', import.meta.url);
  const { data } = JSON.parse(await readFile(sample, 'utf8'));
  for (const { story, answers } of data) {
    for (const { span_start: start, span_end: end, span_text: text } of answers) {
      expect(start < 0 ? 'unknown' : story.slice(start, end)).toBe(text);
    }
  }
});

describe.skipIf(!hasData)(`the published table${needsData}`, () => {
  test('has 500 dialogues with 7,983 turns, 100 dialogues from each source', async () => {
    const { rows } = await loadDataset(coqaDev, { dataDir: dataFolder, fetch });
    expect(rows.length).toBe(500);
    expect(rows.reduce((sum, dialogue) => sum + dialogue.turns.length, 0)).toBe(7983);
    for (const source of coqaSources) expect(rows.filter((row) => row.source === source)).toHaveLength(100);
    expect(rows[0]!.turns[0]).toEqual({ question: 'What color was Cotton?', references: ['white'] });
    // The printed form has escapes: a backslash at the end, a quotation mark of either kind, a space that does not break.
    const questions = rows.flatMap((dialogue) => dialogue.turns.map((turn) => turn.question));
    expect(questions).toContain('Where did Mr Faulkner bring his mother and sisters?\\');
    expect(questions).toContain('What\'s the meaning of "mong"?');
    const answers = rows.flatMap((dialogue) => dialogue.turns.flatMap((turn) => turn.references));
    expect(answers).toContain('about 75\u00a0km');
  });
});
