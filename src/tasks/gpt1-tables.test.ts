import { expect, test } from 'vitest';
import { publishedValue, readExperiment } from '../reports/experiment.js';
import { finetuneTasks } from './index.js';

test('every column of a task takes a metric that it has', async () => {
  const of = (label: number, group: string) => ({
    index: 0,
    input: '',
    label,
    predicted: 0,
    logits: [0],
    group,
  });
  for (const id of ['gpt1-table2', 'gpt1-table3', 'gpt1-table4', 'gpt1-table5']) {
    const wanted = (await readExperiment(id)).columns.flatMap<{
      name: string;
      metrics: string[];
      unit?: string;
    }>(({ task, metric, variants = [], unit, parts }) =>
      parts === undefined
        ? { name: task, metrics: [metric, ...variants], unit }
        : parts.map((part) => ({ name: part.task, metrics: part.metrics })),
    );
    for (const { name, metrics: ids, unit } of wanted) {
      const task = finetuneTasks.find((one) => one.name === name)!;
      const records = [of(0, 'middle'), of(1, 'high')].map((record) =>
        name === 'sts-b' ? { ...record, label: [1, 0, 0, 0, 0, 0] } : record,
      );
      const all = [task, ...(task.further ?? [])].flatMap(({ metrics }) => metrics(records));
      for (const metric of ids) {
        const found = all.find((one) => one.id === metric);
        expect(found, `${id}: ${metric} of ${name}`).toBeDefined();
        // A mean may be over percentages and correlations.
        if (unit !== undefined) expect(found!.unit, `${id}: ${metric} of ${name}`).toBe(unit);
      }
    }
  }
});

test('the ablations of Table 5 do not take the place of the full model', async () => {
  const table = await readExperiment('gpt1-table5');
  const rte = { task: { name: 'rte' }, model: { name: 'gpt1' } };
  expect(publishedValue(table, rte, 'accuracy')).toMatchObject({ value: 56, rowLabel: table.rows[0]!.label });
});
