import { describe, expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { oneBillionWords } from './one-billion-words.js';
import type { RollingTask } from './task.js';

const defaults = Object.fromEntries(oneBillionWords.options.map(({ name, default: value }) => [name, value]));
const create = (values: Record<string, string> = {}) =>
  oneBillionWords.create({ ...defaults, ...values }) as RollingTask<string>;
const noHub = () => Promise.reject(new Error('no hub in this test'));

describe.skipIf(!hasData)(`the published file${needsData}`, () => {
  test('has 6,075 sentences, 153,583 words and as many bytes by sentence as in all', async () => {
    const { rows } = await loadDataset(create().dataset, { dataDir: dataFolder, fetch: noHub });
    const sentences = create().texts(rows);
    expect(sentences).toHaveLength(6075);
    const [all, ...others] = create({ documents: 'all' }).texts(rows);
    expect(others).toEqual([]);
    expect(all!.units).toMatchObject({ words: 153_583, lines: 6075, bytes: 829_492 });
    const total = (key: 'words' | 'lines' | 'bytes') =>
      sentences.reduce((sum, { units }) => sum + units[key], 0);
    expect([total('words'), total('lines'), total('bytes')]).toEqual([153_583, 6075, 829_492]);
    expect(sentences.map(({ text }) => text).join('')).toBe(all!.text);
  });
});

test('a sentence ends with the line end that is counted; raw text is the sentence as it is', () => {
  const sentence = 'The mine , 60 miles north of the border , closed in 2003 .';
  const units = { words: 14, lines: 1, bytes: 59, characters: 59 };
  expect(create().texts([sentence])).toEqual([
    { text: 'The mine, 60 miles north of the border, closed in 2003.\n', units },
  ]);
  expect(create({ text: 'raw' }).texts([sentence])).toEqual([{ text: `${sentence}\n`, units }]);
});
