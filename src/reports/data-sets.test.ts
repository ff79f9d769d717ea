import { expect, test } from 'vitest';
import { finetuneGroups, finetuneTasks } from '../tasks/index.js';
import { dataSetSheet, readDataSets } from './data-sets.js';

test('Table 1 of GPT-1 has the twelve data sets that its results are of, each under the kind of its input', async () => {
  const list = await readDataSets();
  const names = list.kinds.flatMap(({ tasks }) => tasks);
  expect([...names].sort()).toEqual([...finetuneGroups['gpt1-paper']!].sort());
  const heads = list.kinds.map(({ tasks }) => [
    ...new Set(tasks.map((name) => finetuneTasks.find((task) => task.name === name)!.head)),
  ]);
  expect(heads).toEqual([['classification'], ['choice'], ['similarity'], ['classification']]);
  const sheet = dataSetSheet(list);
  expect(sheet.rows.find(([, name]) => name === 'mrpc')!.slice(5)).toEqual(['3,668', 'dev 408\ntest 1,725']);
});
