import { expect, test } from 'vitest';
import { loadDataset } from '../datasets/load.js';
import type { RaceRow } from '../datasets/race.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { createTask } from './find.js';
import { type RaceZeroRecord, raceZero } from './race-zero.js';
import type { ChoiceTask } from './task.js';

const task = createTask(raceZero) as ChoiceTask<RaceRow, RaceZeroRecord>;

test.skipIf(!hasData)(`the questions of dev can all be asked${needsData}`, async () => {
  const fetch = () => Promise.reject(new Error('no hub in this test'));
  const { rows } = await loadDataset(task.dataset, { dataDir: dataFolder, fetch });
  expect(rows).toHaveLength(1436 + 3451);
  for (const question of rows) {
    const { context, options } = task.request(question);
    expect(context).toMatch(/\S$/);
    expect(options).toHaveLength(4);
  }
});
