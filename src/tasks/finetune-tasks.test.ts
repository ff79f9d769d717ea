import { describe, expect, test } from 'vitest';
import type { Dataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import type { AnyFinetuneTask, Label } from './finetune-task.js';
import { finetuneTasks } from './index.js';

const datasetOf = (task: AnyFinetuneTask, split: string): Dataset<unknown> =>
  split === 'train' || split === 'dev' ? task[split] : task.further!.find(({ id }) => id === split)!.dataset;
const fetch = async (): Promise<string> => {
  throw new Error('tests use no network');
};

describe('samples: written for this project, in the published form', () => {
  test.each(finetuneTasks.map((task) => [task.name, task] as const))('%s', async (_, task) => {
    const splits = ['train', 'dev', ...(task.further ?? []).map(({ id }) => id)];
    for (const split of splits) {
      const { rows, source } = await loadDataset(datasetOf(task, split), { data: 'sample', fetch });
      expect(source).toBe('sample');
      expect(rows.length).toBeGreaterThanOrEqual(/-(middle|high)$/.test(task.name) ? 4 : 24);
      if (split === 'train' && !/-(middle|high)$/.test(task.name)) {
        expect(rows.length).toBeGreaterThanOrEqual(115);
      }
      const labels = rows.map((row) => task.label(row));
      for (const label of labels) checkLabel(label, task.classes.length);
      // A class that is missing from the training data could never be learned.
      const seen = new Set(labels.map((label) => JSON.stringify(label)));
      if (split === 'train') expect(seen.size).toBeGreaterThanOrEqual(task.classes.length);
      for (const row of rows) {
        const segments = task.segments(row);
        expect(segments).toHaveLength(task.head === 'choice' ? 1 + task.classes.length : segments.length);
        if (task.head === 'similarity') expect(segments).toHaveLength(2);
        for (const text of segments) {
          expect((typeof text === 'string' ? text : text.cuttable + text.after).trim()).not.toBe('');
        }
      }
    }
  });

  test('a development sample has nothing of the training sample', async () => {
    for (const task of finetuneTasks.filter(({ name }) => !name.startsWith('race-'))) {
      const [train, dev] = await Promise.all(
        [task.train, task.dev].map((dataset) => loadDataset<unknown>(dataset, { data: 'sample', fetch })),
      );
      const known = new Set(train!.rows.map((row) => JSON.stringify(task.segments(row))));
      const both = dev!.rows.filter((row) => known.has(JSON.stringify(task.segments(row))));
      expect(both, task.name).toEqual([]);
    }
  });
});

function checkLabel(label: Label, classes: number): void {
  if (typeof label !== 'number') {
    expect(label).toHaveLength(classes);
    expect(label.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  } else if (classes > 1) {
    expect(Number.isInteger(label) && label >= 0 && label < classes).toBe(true);
  } else {
    expect(label >= 0 && label <= 5).toBe(true);
  }
}
