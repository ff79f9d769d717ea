import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { pdp60 } from './pdp.js';
import type { PronounProblem } from './pronoun-problem.js';
import { winograd } from './winograd.js';

const fetch = () => Promise.reject(new Error('no hub in this test'));
let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Uint8Array, dataset = winograd('273')) {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return (await loadDataset(dataset, { data: file, fetch })).rows;
}

interface SchemaParts {
  before?: string;
  pronoun?: string;
  after?: string;
  candidates?: string[];
  letter?: string;
}

/** A schema in the untidy white space of the published file. */
function schema({
  before = 'The owl saw the\n vole because',
  pronoun = ' it  ',
  after = ' hooted. \n',
  candidates = ['The owl ', ' the vole'],
  letter = ' A  ',
}: SchemaParts = {}): string {
  const answers = candidates.map((candidate) => `<answer>${candidate}</answer>`).join('\n');
  return `<schema>\n<text>\n<txt1>\n${before}</txt1>\n<pron>${pronoun}</pron>\n<txt2>${after}</txt2>\n</text>
<quote>\n<pron>x</pron>\n</quote>\n<answers>\n${answers}\n</answers>\n<correctAnswer>${letter}</correctAnswer>\n</schema>\n`;
}

const collection = (...schemata: string[]) =>
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<collection>\n${schemata.join('\n')}</collection>\n`;

const owl: PronounProblem = {
  before: 'The owl saw the vole because',
  after: 'hooted.',
  possessive: false,
  candidates: ['The owl', 'the vole'],
  answer: 0,
};

describe('the forms in which the schemata are published are read alike', () => {
  test('XML in Latin-1', async () => {
    const text = collection(
      schema(),
      schema({ letter: 'B.  ' }),
      schema({ before: 'Zo\xeb met Ann;', pronoun: 'her', after: 'hat' }),
    );
    const rows = await read('latin.xml', Buffer.from(text, 'latin1'));
    expect(rows).toEqual([
      owl,
      { ...owl, answer: 1 },
      { ...owl, before: 'Zoë met Ann;', after: 'hat', possessive: true },
    ]);
  });

  test('blocks of lines with a mask', async () => {
    const text =
      'The owl saw the vole because [MASK]  hooted. \n[MASK]\nThe owl ,the vole \nThe owl \n\nAnn took  [MASK]  place had.\n[MASK]\n Ann , Zoë \n Zoë \n';
    expect(await read('blocks.txt', text)).toEqual([
      owl,
      { before: 'Ann took', after: 'place had.', possessive: true, candidates: ['Ann', 'Zoë'], answer: 1 },
    ]);
  });

  test('JSON lines with the candidates in their place: they begin where the sentences part', async () => {
    const start = 'The owl saw the vole because the';
    const line = { context_options: [`${start} owl`, `${start} vole`], continuation: 'hooted.', gold: 1 };
    expect(await read('options.jsonl', `${JSON.stringify(line)}\n`)).toEqual([
      { ...owl, candidates: ['the owl', 'the vole'], answer: 1 },
    ]);
  });

  test('Parquet, as on the hub', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: ['The owl saw the vole because it hooted.'], type: 'STRING' },
        { name: 'pronoun', data: ['it'], type: 'STRING' },
        { name: 'pronoun_loc', data: [29], type: 'INT32' },
        { name: 'quote', data: ['it hooted'], type: 'STRING' },
        { name: 'options', data: [owl.candidates] },
        { name: 'label', data: [0n], type: 'INT64' },
      ],
    });
    expect(await read('hub.parquet', new Uint8Array(bytes))).toEqual([owl]);
  });

  // Python 3.13: '🦉 The owl 😀 …'.index(' it ') + 1
  test('Parquet counts characters as Python does', async () => {
    const text = '🦉 The owl 😀 saw the vole because it hooted.';
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: [text], type: 'STRING' },
        { name: 'pronoun', data: ['it'], type: 'STRING' },
        { name: 'pronoun_loc', data: [33], type: 'INT32' },
        { name: 'options', data: [owl.candidates] },
        { name: 'label', data: [0n], type: 'INT64' },
      ],
    });
    expect(await read('emoji.parquet', new Uint8Array(bytes))).toEqual([
      { ...owl, before: '🦉 The owl 😀 saw the vole because' },
    ]);
  });

  test('a possessive owns what follows; an object does not', async () => {
    const cases: [string, string, boolean][] = [
      ['his', 'shoulders.', true],
      ['Their', '"no" was loud.', true],
      ['her', '.', false],
      ['her', ', at last.', false],
      ['him', 'there.', false],
    ];
    const rows = await read(
      'owners.xml',
      collection(...cases.map(([pronoun, after]) => schema({ pronoun, after }))),
    );
    expect(rows.map(({ possessive }) => possessive)).toEqual(cases.map(([, , possessive]) => possessive));
  });
});

describe('a damaged file is refused with its name and place', () => {
  test.each([
    ['no-answer.xml', collection(schema(), schema({ letter: 'C' })), /schema 2: the answer is none of the/],
    ['digit.xml', collection(schema({ letter: '1' })), /schema 1: the right answer is a letter.*found "1"/],
    ['alone.xml', collection(schema({ candidates: ['The owl'] })), /schema 1: .*Expected two or more/],
    ['end.xml', collection(schema({ after: ' ' })), /schema 1: nothing follows the pronoun/],
    [
      'lost.xml',
      collection(schema().replace(/<correctAnswer>.*<\/correctAnswer>/, '')),
      /schema 1: <schema> needs one <correctAnswer>. Expected 1, found 0/,
    ],
    ['cut.xml', collection(schema(), schema()).slice(0, -60), /cut.xml: line \d+: not XML/],
    ['no-mask.txt', 'It hooted.\n[MASK]\na , b\na\n', /line 1: not a sentence with one \[MASK\]/],
    ['two-masks.txt', '[MASK] saw [MASK] eat.\n[MASK]\na , b\na\n', /line 1: not a sentence with one/],
    [
      'lost-line.txt',
      'So [MASK] ran.\n[MASK]\na , b\na\n\nSo [MASK] ran.\na , b\na\n',
      /line 6: .*answer, found "So \[MASK\] ran.", "a , b", "a"/,
    ],
    [
      'other-answer.txt',
      'So [MASK] ran.\n[MASK]\na , b\nc\n',
      /line 1: the answer is none of the candidates/,
    ],
    [
      'gold.jsonl',
      '{"context_options":["a b","a c"],"continuation":"d","gold":2}\n',
      /line 1: .*0 to 1, found 2/,
    ],
    ['key.jsonl', '{"context_options":["a b","a c"],"gold":0}\n', /line 1: .*"continuation"/],
  ])('%s', async (name, content, message) => {
    await expect(read(name, content)).rejects.toThrow(message);
    await expect(read(name, content)).rejects.toThrow(name);
  });

  test('a pronoun that is somewhere else than the table says', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: ['The owl saw the vole because it hooted.'], type: 'STRING' },
        { name: 'pronoun', data: ['it'], type: 'STRING' },
        { name: 'pronoun_loc', data: [28], type: 'INT32' },
        { name: 'options', data: [owl.candidates] },
        { name: 'label', data: [0], type: 'INT32' },
      ],
    });
    await expect(read('shifted.parquet', new Uint8Array(bytes))).rejects.toThrow(
      /row 1: the pronoun is not where pronoun_loc says. Expected "it" at 28, found " i"/,
    );
  });
});

const files = path.join(dataFolder, 'winograd');
const lower = (problem: PronounProblem) => problem.candidates.map((candidate) => candidate.toLowerCase());

describe.skipIf(!hasData)(`the published files${needsData}`, () => {
  const published = (file: string, dataset = winograd('273')) => dataset.read([path.join(files, file)]);

  test('the collection has 285 sentences; the first 273 are WSC273', async () => {
    const all = await published('WSCollection.xml', winograd('285'));
    expect(all).toHaveLength(285);
    expect(await published('WSCollection.xml')).toEqual(all.slice(0, 273));
    const { rows } = await loadDataset(winograd('273'), { dataDir: dataFolder, fetch });
    expect(rows).toHaveLength(273);
  });

  test('XML and masked lines have the same sentences, the same possessives, the same answers', async () => {
    const xml = await published('WSCollection.xml');
    const masked = await published('wsc273.txt');
    const sentence = ({ before, after, possessive }: PronounProblem) => ({ before, after, possessive });
    expect(masked.map(sentence)).toEqual(xml.map(sentence));
    expect(xml.filter(({ possessive }) => possessive)).toHaveLength(26);
    // The masked lines have the right candidate first and word 114 of the 273 pairs otherwise, beyond upper and lower case.
    expect(masked.every(({ answer }) => answer === 0)).toBe(true);
    const sorted = (problem: PronounProblem) => lower(problem).sort().join();
    const same = xml.map((problem, index) => sorted(problem) === sorted(masked[index]!));
    expect(same.filter(Boolean)).toHaveLength(159);
    for (const [index, problem] of xml.entries()) {
      if (!same[index]) continue;
      expect(lower(problem)[problem.answer]).toBe(lower(masked[index]!)[0]);
    }
  });

  test('XML and JSON lines have the same sentences and answers', async () => {
    const xml = await published('WSCollection.xml');
    const json = await published('winograd_wsc.jsonl');
    expect(json.map(({ after, answer }) => ({ after, answer }))).toEqual(
      xml.map(({ after, answer }) => ({ after, answer })),
    );
    // In two schemata both candidates begin with "his", which looks like the rest of the sentence where it stands.
    expect(json.map(({ before }) => before)).toEqual(xml.map(({ before }) => before));
  });

  test('PDP60 has 60 problems with 2 to 5 candidates, 14 of them about a possessive', async () => {
    const { rows } = await loadDataset(pdp60, { dataDir: dataFolder, fetch });
    expect(rows).toHaveLength(60);
    const counts = [2, 3, 4, 5].map((count) => rows.filter(({ candidates }) => candidates.length === count));
    expect(counts.map(({ length }) => length)).toEqual([45, 12, 1, 2]);
    expect(rows.filter(({ possessive }) => possessive)).toHaveLength(14);
  });
});

test('the samples have 20 problems each; every schema comes in two versions with opposite answers', async () => {
  const { rows } = await loadDataset(winograd('273'), { data: 'sample', fetch });
  expect(rows).toHaveLength(20);
  for (let first = 0; first < 20; first += 2) {
    const [one, other] = rows.slice(first, first + 2) as [PronounProblem, PronounProblem];
    expect(other).toMatchObject({ before: one.before, candidates: one.candidates });
    expect([one.answer, other.answer]).toEqual([0, 1]);
  }
  const pdp = await loadDataset(pdp60, { data: 'sample', fetch });
  expect(pdp.rows).toHaveLength(20);
  expect(pdp.rows.filter(({ candidates }) => candidates.length > 2)).toHaveLength(5);
  expect(pdp.rows.filter(({ possessive }) => possessive)).toHaveLength(3);
});
