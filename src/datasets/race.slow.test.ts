import { describe, expect, test } from 'vitest';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { loadDataset } from './load.js';
import { race } from './race.js';

const raceDev = race({ split: 'dev', level: 'all' });
const raceTest = race({ split: 'test', level: 'all' });
const fetch = () => Promise.reject(new Error('no hub in this test'));
describe.skipIf(!hasData)(
  `the published folders${needsData}`,
  () => {
    test('have the published questions and answers', async () => {
      const counts = async (dataset: typeof raceDev) => {
        const { rows } = await loadDataset(dataset, { dataDir: dataFolder, fetch });
        return [0, 1, 2, 3].map((label) => rows.filter((row) => row.label === label).length);
      };
      expect(await counts(raceDev)).toEqual([311 + 756, 384 + 907, 386 + 917, 355 + 871]);
      expect(await counts(raceTest)).toEqual([309 + 754, 388 + 935, 374 + 950, 365 + 859]);
      expect(await counts(race({ split: 'test', level: 'middle' }))).toEqual([309, 388, 374, 365]);
    });

    test('are read in the order of their names', async () => {
      const { rows } = await loadDataset(raceDev, { dataDir: dataFolder, fetch });
      expect(rows[0]).toMatchObject({
        id: 'high10024.txt',
        question: 'The Sherman Antitrust Act  _  .',
        label: 1,
      });
    });
  },
  60_000,
);
