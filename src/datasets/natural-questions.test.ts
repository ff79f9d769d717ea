import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { naturalQuestionsDev } from './natural-questions.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Uint8Array) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return (await loadDataset(naturalQuestionsDev, { data: file, fetch })).rows;
}

describe('both published forms are read alike', () => {
  const expected = [
    { question: 'who built it', answers: ['Ann Lee', 'Lee'] },
    { question: 'when was that', answers: ['1902'] },
  ];

  test('JSON lines', async () => {
    const lines = expected.map(({ question, answers }) => JSON.stringify({ question, answer: answers }));
    expect(await read('questions.jsonl', `${lines.join('\n')}\n`)).toEqual(expected);
  });

  test('Parquet, as on the hub', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'question', data: expected.map(({ question }) => question), type: 'STRING' },
        { name: 'answer', data: expected.map(({ answers }) => answers) },
      ],
    });
    expect(await read('hub.parquet', new Uint8Array(bytes))).toEqual(expected);
  });
});

describe('a damaged file is refused with its name and line', () => {
  const good = '{"question": "who", "answer": ["Ann"]}\n';
  test.each<[string, string, RegExp]>([
    ['no JSON', `${good}{"question": `, /line 2: the line is not JSON/],
    ['no question', `${good}\n{"answer": ["a"]}`, /line 3: no text under "question"/],
    ['an empty question', '{"question": " ", "answer": ["a"]}', /line 1: the question is empty/],
    [
      'an answer that is no list',
      '{"question": "who", "answer": "Ann"}',
      /line 1: no list of texts under "answer"/,
    ],
    ['no answers in the list', '{"question": "who", "answer": []}', /line 1: an answer is missing or empty/],
    [
      'an empty answer',
      '{"question": "who", "answer": ["Ann", ""]}',
      /line 1: an answer is missing or empty/,
    ],
  ])('%s', async (what, content, message) => {
    const name = `${what.replaceAll(' ', '-')}.jsonl`;
    await expect(read(name, content)).rejects.toThrow(message);
    await expect(read(name, content)).rejects.toThrow(name);
  });

  test('the files without answers are told apart from damaged ones', async () => {
    await expect(read('no-annotations.jsonl', '{"question": "who"}')).rejects.toMatchObject({
      message: expect.stringMatching(/line 1: the column answer is missing, as in files with questions only/),
      hint: expect.stringContaining('NQ-open.dev.jsonl'),
    });
  });
});

test('the sample has 24 questions, each of them once', async () => {
  const { rows, file } = await loadDataset(naturalQuestionsDev, { data: 'sample', fetch });
  expect(file).toBe('nq-open.jsonl');
  expect(rows.length).toBe(24);
  expect(new Set(rows.map(({ question }) => question)).size).toBe(24);
});

describe.skipIf(!hasData)(`the published file${needsData}`, () => {
  test('has 3,610 questions, 1,534 with several answers, and none of the sample', async () => {
    const { rows } = await loadDataset(naturalQuestionsDev, { dataDir: dataFolder, fetch });
    expect(rows.length).toBe(3610);
    expect(rows.filter(({ answers }) => answers.length > 1).length).toBe(1534);
    const sample = await loadDataset(naturalQuestionsDev, { data: 'sample', fetch });
    const questions = new Set(rows.map(({ question }) => question));
    expect(sample.rows.filter(({ question }) => questions.has(question))).toEqual([]);
  });
});
