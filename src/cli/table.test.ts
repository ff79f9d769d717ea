import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { listExperiments, readExperiment } from '../reports/experiment.js';
import { buildTable } from '../reports/table.js';
import { writeResult } from '../results/results-folder.js';
import { allTasks, commandOf } from '../tasks/find.js';
import { finetuneGroups } from '../tasks/index.js';
import { capturedOutput } from '../testing/captured-output.js';
import { exampleResult } from '../testing/example-result.js';
import type { TableOptions } from './commands/table.js';
import { adviceFor, runTable } from './table.js';

let results: string;
beforeEach(async () => {
  results = await mkdtemp(join(tmpdir(), 'results-'));
});
afterEach(() => rm(results, { recursive: true }));

/** What `gpt table` writes to stdout and to stderr. */
async function table(id?: string, changes: Partial<TableOptions> = {}, columns?: number) {
  const { output, written } = capturedOutput(columns);
  await runTable(id, { results, format: 'terminal', others: false, json: false, ...changes }, output);
  return written;
}

describe('gpt table', () => {
  it('lists the tables and how much of each is filled', async () => {
    await writeResult(results, exampleResult());
    const { out } = await table();
    expect(out).toContain('gpt2-table3\n');
    expect(out).toContain('ours: 2 of 40 cells');
    const entries: { id: string }[] = JSON.parse((await table(undefined, { json: true })).out);
    const entry = entries.find(({ id }) => id === 'gpt2-table3');
    expect(entry).toMatchObject({ id: 'gpt2-table3', cells: 40, ours: 2 });
  });

  it('sets our numbers beside those of the paper', async () => {
    await writeResult(results, exampleResult());
    const { out, err } = await table('gpt2-table3', { format: 'csv' });
    expect(out).toContain('gpt2-table3,117M,gpt2,lambada-ppl,lambada,perplexity,perplexity,35.13,40.0625,');
    expect(err).toBe('');
  });

  it('says on stderr how to make a first result', async () => {
    const { out, err } = await table('gpt2-table3', { results: join(results, 'nowhere') });
    expect(out).toContain('35.13');
    expect(err).toContain('"gpt eval lambada --model gpt2"');
  });

  it('gives advice that is a command, whatever the table', async () => {
    for (const experiment of await listExperiments()) {
      // Sizes of models are no task: they are always there.
      if (experiment.columns[0]!.definition !== undefined) continue;
      const advice = adviceFor(experiment);
      const [, command, name = ''] = advice?.split(' ') ?? [];
      const task = allTasks.find((one) => one.name === name);
      const expected = name in finetuneGroups ? 'finetune' : task && commandOf(task);
      expect(command, `${experiment.id}: ${advice}`).toBe(expected);
      expect(advice === undefined, experiment.id).toBe(experiment.rows.every(({ model }) => model === null));
    }
  });

  it('fits a terminal of 80 characters', async () => {
    await writeResult(results, exampleResult());
    const { out } = await table('gpt2-table3', {}, 80);
    const widest = out.split('\n').reduce((a, b) => (b.length > a.length ? b : a));
    expect(widest.length, widest).toBeLessThanOrEqual(80);
    for (const heading of ['WikiText103', '1BW', 'std. error']) expect(out).toContain(heading);
  });

  it('takes --json for --format json', async () => {
    const expected = buildTable(await readExperiment('gpt2-table3'), []);
    expect(JSON.parse((await table('gpt2-table3', { json: true })).out)).toEqual(expected);
    expect(JSON.parse((await table('gpt2-table3', { format: 'json' })).out)).toEqual(expected);
  });

  it('writes Markdown', async () => {
    expect((await table('gpt2-table3', { format: 'markdown' })).out).toContain('| 762M (774M) <sup>');
  });

  it('writes LaTeX', async () => {
    expect((await table('gpt2-table3', { format: 'latex' })).out).toContain('\\label{tab:gpt2-table3}');
  });

  it('lists every published number with ours and a verdict', async () => {
    await writeResult(results, exampleResult());
    const list: { verdict: string; ours?: number }[] = JSON.parse(
      (await table('reproduction', { json: true })).out,
    );
    expect(list.filter(({ ours }) => ours !== undefined).map(({ verdict }) => verdict)).toEqual([
      'differs',
      'differs',
    ]);
    expect((await table('reproduction', { format: 'markdown' })).out).toContain(
      '| 35.13 | 40.06 (whole word)',
    );
    expect((await table()).out).toContain('reproduction\n  Every published number');
    await expect(table('reproduction', { check: 'x.md' })).rejects.toThrow(UsageError);
  });

  it('lists the data sets of GPT-1 by kind of task', async () => {
    expect((await table('gpt1-table1', { format: 'markdown' })).out).toContain(
      '| question answering | race |',
    );
    expect((await table()).out).toContain('gpt1-table1\n  The tasks');
  });

  it('has what others measured below the model, with setting and source, when it is asked for', async () => {
    const { out } = await table('gpt2-table3', { format: 'markdown', others: true });
    expect(out).toMatch(/117M: whole word <sup>\d+<\/sup> \| others \| 40\.06 \| 32\.56 \|/);
    expect(out).toContain('Measured by others: cybertronai/bflm.');
    expect((await table('gpt2-table3', { format: 'markdown' })).out).not.toContain('others');
    for (const format of ['terminal', 'csv', 'json', 'latex'] as const) {
      expect((await table('gpt2-table3', { format, others: true })).out, format).toContain('40.06');
    }
    // What is not of the paper is no cell of its table.
    const { rows } = JSON.parse((await table('gpt2-table3', { json: true, others: true })).out);
    expect(rows.filter(({ isOthers }: { isOthers?: true }) => isOthers).length).toBeGreaterThan(10);
  });

  it('refuses an unknown table, and names a malformed result', async () => {
    await expect(table('gpt2-table9')).rejects.toThrow(UsageError);
    await writeFile(join(results, 'x.json'), '{"schema": 1}');
    expect((await table('gpt2-table3')).err).toContain('x.json');
  });
});
