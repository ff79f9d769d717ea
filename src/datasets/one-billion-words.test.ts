import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { loadDataset } from './load.js';
import { oneBillionWords } from './one-billion-words.js';

const noHub = () => Promise.reject(new Error('no hub in this test'));

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeParquet(sentences: string[]): Promise<string> {
  const file = path.join(folder, '0000.parquet');
  const bytes = parquetWriteBuffer({ columnData: [{ name: 'text', data: sentences, type: 'STRING' }] });
  await writeFile(file, new Uint8Array(bytes));
  return file;
}

test('the sample is 22 sentences', async () => {
  const { rows } = await loadDataset(oneBillionWords, { data: 'sample', fetch: noHub });
  expect(rows).toHaveLength(22);
  expect(rows[5]).toBe('How long will the money last ?');
});

describe.skipIf(!hasData)(`the published test file${needsData}`, () => {
  test('is found among the sentences of all held-out files, as the hub has them', async () => {
    const { rows } = await loadDataset(oneBillionWords, { dataDir: dataFolder, fetch: noHub });
    expect(rows).toHaveLength(6075);
    const file = await writeParquet(['One before .', ...rows, 'One behind .']);
    expect(await oneBillionWords.read([file])).toEqual(rows);
  });

  test('is refused when a sentence of it is missing', async () => {
    const { rows } = await loadDataset(oneBillionWords, { dataDir: dataFolder, fetch: noHub });
    const file = await writeParquet([...rows.toSpliced(3000, 1), 'One behind .', 'Another .']);
    await expect(oneBillionWords.read([file])).rejects.toThrow('are not in it in one piece');
  });
});
