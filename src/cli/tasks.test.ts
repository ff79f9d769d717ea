import { describe, expect, it } from 'vitest';
import { readExperiment } from '../reports/experiment.js';
import { datasetsOf, allTasks as tasks } from '../tasks/find.js';
import { capturedOutput } from '../testing/captured-output.js';
import { runTasks } from './tasks.js';

const nowhere = async () => undefined;

describe('gpt tasks', () => {
  it('names every task with its data, its licence and where the data lies', async () => {
    const { output, written } = capturedOutput();
    await runTasks({ json: false }, output, async ({ folder }) => `/data/${folder}/test.jsonl`);
    expect(tasks.length).toBeGreaterThan(0);
    for (const task of tasks) {
      const block = written.out
        .split(/\n\n/)
        .find((part) => part.startsWith(`${task.name}\n`))
        ?.replace(/\s+/g, ' ');
      expect(block).toContain(task.title);
      for (const dataset of datasetsOf(task)) {
        expect(block).toContain(dataset.name);
        expect(block).toContain(dataset.licence);
        expect(block).toContain(`/data/${dataset.folder}/test.jsonl`);
      }
    }
  });

  it('says how to go on where the data is not on this machine', async () => {
    const { output, written } = capturedOutput();
    await runTasks({ json: false }, output, nowhere);
    expect(written.out).toContain(`"gpt download ${tasks[0]!.name}" fetches it`);
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
    for (const { paper } of tasks) expect((await readExperiment(paper.table)).id).toBe(paper.table);
  });

  it('stays within the terminal, addresses and paths excepted', async () => {
    const { output, written } = capturedOutput(60);
    await runTasks({ json: false }, output, nowhere);
    const tooLong = written.out.split('\n').filter((line) => line.length > 60 && !line.includes('://'));
    expect(tooLong).toEqual([]);
  });
});
