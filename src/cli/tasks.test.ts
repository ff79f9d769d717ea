import { describe, expect, it } from 'vitest';
import { readExperiment } from '../reports/experiment.js';
import { commandOf, datasetsOf, allTasks as tasks } from '../tasks/find.js';
import { capturedOutput } from '../testing/captured-output.js';
import { printTaskPage, runTasks } from './tasks.js';

const nowhere = async () => undefined;

describe('gpt tasks', () => {
  it('has one line for each task, with a mark where its data is here', async () => {
    const { output, written } = capturedOutput();
    await runTasks({ json: false }, output, async ({ folder }) =>
      folder === 'lambada' ? '/data' : undefined,
    );
    const lines = written.out.split('\n');
    for (const { name, title } of tasks) {
      const own = lines.filter((line) => line.slice(2).split(' ')[0] === name);
      expect(own).toHaveLength(1);
      expect(own[0]).toContain(title.slice(0, 40));
      expect(own[0]!.startsWith('*')).toBe(['lambada', 'lambada-original'].includes(name));
    }
    expect(written.out).toContain('gpt download NAME');
  });

  it('tells everything about a task of either command, its data and where that lies', async () => {
    for (const task of tasks) {
      const { output, written } = capturedOutput();
      await printTaskPage(task.name, { json: false }, output, async ({ folder }) => `/data/${folder}/x`);
      const page = written.out.replaceAll(/\s+/g, ' ');
      for (const text of [task.title.slice(1), `gpt ${commandOf(task)} ${task.name}`])
        expect(page).toContain(text);
      for (const { name, licence, folder } of datasetsOf(task)) {
        for (const text of [name, licence, `/data/${folder}/x`]) expect(page).toContain(text);
      }
      expect(page).not.toContain('`');
    }
  });

  it('says how to go on where the data is not on this machine', async () => {
    const { output, written } = capturedOutput();
    await printTaskPage('rte', { json: false }, output, nowhere);
    expect(written.out.replaceAll(/\s+/g, ' ')).toContain('"gpt download rte" fetches it');
  });

  it('lists the tasks of a group', async () => {
    const { output, written } = capturedOutput();
    await printTaskPage('gpt1-figure2', { json: false }, output, nowhere);
    for (const text of ['gpt eval gpt1-figure2', 'sst2-zero', 'race-zero'])
      expect(written.out).toContain(text);
  });

  it('gives the same as JSON, with null for what has to be fetched', async () => {
    const { output, written } = capturedOutput();
    await runTasks({ json: true }, output, nowhere);
    const entries = JSON.parse(written.out);
    expect(entries).toHaveLength(tasks.length);
    const lambada = entries.find((entry: { name: string }) => entry.name === 'lambada');
    expect(lambada).toMatchObject({ paper: 'GPT-2', table: 'gpt2-table3', command: 'gpt eval lambada' });
    expect(lambada.datasets).toMatchObject([{ rows: 5153, path: null }]);
  });

  it('sends the reader to a table only where that has a number of the task', async () => {
    const { output, written } = capturedOutput();
    await runTasks({ json: true }, output, nowhere);
    const listed = JSON.parse(written.out) as { name: string; table: string | null }[];
    const tableOf = (name: string) => listed.find((entry) => entry.name === name)!.table;
    expect(['cbt-v', 'cbt-p', 'pdp60'].map(tableOf)).toEqual([null, null, null]);
    expect(['cbt-cn', 'mnli', 'wnli'].map(tableOf)).toEqual(['gpt2-table3', 'gpt1-table2', 'gpt1-table4']);
  });

  it('names tables that exist', async () => {
    for (const { paper } of tasks) expect((await readExperiment(paper!.table)).id).toBe(paper!.table);
  });

  it.each([40, 60, 80])('stays within %i columns', async (columns) => {
    const { output, written } = capturedOutput(columns);
    await runTasks({ json: false }, output, nowhere);
    expect(written.out.split('\n').filter((line) => line.length > columns)).toEqual([]);
  });
});
