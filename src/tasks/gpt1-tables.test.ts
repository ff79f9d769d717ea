import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publishedValue, readExperiment } from '../reports/experiment.js';
import { finetuneTasks } from './index.js';

const protocols = new URL('../../../shared/protocols.md', import.meta.url);
const absent = existsSync(protocols) ? '' : ' (skipped: no ../shared/protocols.md beside the checkout)';

/** Figures of a Markdown table that stands behind `heading`, row by row; `**` of bold ones taken off, `–` for none. */
function transcription(heading: string): (string | null)[][] {
  const section = readFileSync(protocols, 'utf8').split(`\n${heading}`)[1]!;
  const lines = section.slice(section.indexOf('\n|') + 1).split('\n');
  return lines
    .slice(
      2,
      lines.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.replaceAll('*', '').trim())
        .map((cell) => (cell === '–' ? null : cell)),
    );
}

describe.skipIf(!existsSync(protocols))(
  `the tables of the GPT-1 paper against a transcription${absent}`,
  () => {
    test.each([
      ['gpt1-table2', 'Table 2, accuracy', 7],
      ['gpt1-table3', 'Table 3, accuracy', 5],
      ['gpt1-table4', 'Table 4, GLUE server', 6],
      ['gpt1-table5', 'Table 5, ablations', 4],
    ])('%s agrees figure by figure, as printed', async (id, heading, rows) => {
      const expected = transcription(heading);
      expect(expected).toHaveLength(rows);
      expect((await readExperiment(id)).rows.map(({ published }) => published)).toEqual(expected);
    });
  },
);

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
