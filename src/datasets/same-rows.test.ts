/** Every data set reads the same rows the same, whatever holds them and whichever of the published names their columns have. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../files/json-file.js';
import { allTasks, datasetsOf } from '../tasks/find.js';
import { type WrittenData, writtenData } from '../testing/damaged-data.js';
import { drawnSeed, namedSeed, seededUniform } from '../testing/random.js';
import { rowCases } from '../testing/row-examples.js';
import { rowFiles } from '../testing/row-forms.js';

const random = seededUniform(drawnSeed);

let data: WrittenData;
beforeAll(async () => {
  data = await writtenData();
});
afterAll(() => data.remove());

const renamed = (row: JsonObject, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [names[key] ?? key, value]));

test('no data set of a task is left out but those of running text', () => {
  const tried = Object.values(rowCases(random)).flatMap(({ datasets }) =>
    datasets.map(({ folder }) => folder),
  );
  const all = allTasks.flatMap(datasetsOf).map(({ folder }) => folder);
  const running = ['continuations', 'texts', 'enwik8', 'text8'];
  expect(new Set([...tried, ...running])).toEqual(new Set(all));
});

describe(`rows of any form${namedSeed}`, () => {
  test.each(Object.entries(rowCases(random)))('%s', async (_, { datasets, example, names }) => {
    const examples = Array.from({ length: 3 + Math.floor(4 * random()) }, example);
    const hub = examples.map((one) => one.hub);
    const expected = examples.map(({ row }) => row);
    const written = [...(await rowFiles(hub))];
    if (names !== undefined) written.push(...(await rowFiles(hub.map((row) => renamed(row, names)))));
    for (const dataset of datasets) {
      for (const { name, content } of written) {
        const rows = await data.load(dataset, name, content).catch((error: unknown) => error);
        expect({ name, rows }).toEqual({ name, rows: expected });
      }
    }
  });
});
