import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError, UsageError } from '../errors.js';
import { publishedTable } from '../testing/published-numbers.js';
import { type Experiment, listExperiments, publishedValue, readExperiment } from './experiment.js';

describe('the tables in experiments/', () => {
  it('are all well-formed and listed by name', async () => {
    const experiments = await listExperiments();
    expect(experiments.map((experiment) => experiment.id)).toContain('gpt2-table3');
  });

  it('have footnotes that are all used', async () => {
    for (const { notes, rows, columns } of await listExperiments()) {
      const used = new Set([...rows, ...columns].flatMap((part) => part.notes ?? []));
      expect([...used].sort()).toEqual(Object.keys(notes).sort());
    }
  });
});

describe('Table 3 of the GPT-2 paper against a transcription', () => {
  const [head, ...expected] = publishedTable('GPT-2 Table 3');

  it('has the same columns in the same order', async () => {
    const { columns } = await readExperiment('gpt2-table3');
    expect(columns.map((column) => column.heading.join(' '))).toEqual(head!.slice(1));
  });

  it('agrees figure by figure, as printed', async () => {
    const { rows } = await readExperiment('gpt2-table3');
    expect(expected).toHaveLength(5);
    expect(rows.map(({ id, published }) => [id === 'sota' ? 'SOTA then' : id, ...published])).toEqual(
      expected,
    );
  });
});

describe('publishedValue', () => {
  it('finds the figure of a model, a task and a metric, with the labels of its row and column', async () => {
    const table = await readExperiment('gpt2-table3');
    expect(
      publishedValue(table, { task: { name: 'lambada' }, model: { name: 'gpt2-medium' } }, 'perplexity'),
    ).toEqual({
      value: 15.6,
      rowLabel: '345M (355M)',
      columnLabel: 'LAMBADA PPL',
    });
  });

  it.each([
    ['local/gpt2', 'lambada', 'perplexity'],
    ['gpt2', 'lambada-original', 'perplexity'],
    ['gpt2', 'lambada', 'accuracy_last_token'],
  ])('finds nothing for %s, %s, %s', async (model, task, metric) => {
    expect(
      publishedValue(
        await readExperiment('gpt2-table3'),
        { task: { name: task }, model: { name: model } },
        metric,
      ),
    ).toBeUndefined();
  });
});

describe('readExperiment', () => {
  let folder: string;
  let table: Experiment;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'experiments-'));
    table = await readExperiment('gpt2-table3');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Reads the table with one place changed, and returns the message it is refused with. */
  async function refusal(change: (table: Experiment & Record<string, unknown>) => void): Promise<string> {
    change(table as Experiment & Record<string, unknown>);
    await writeFile(join(folder, 'gpt2-table3.json'), JSON.stringify(table));
    const error: unknown = await readExperiment('gpt2-table3', folder).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DataError);
    const { message } = error as DataError;
    expect(message.startsWith(join(folder, 'gpt2-table3.json'))).toBe(true);
    return message.slice(join(folder, 'gpt2-table3.json').length + 2);
  }

  it('says which table an unknown name probably means', async () => {
    const error: unknown = await readExperiment('gpt2-tabel3').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain('Did you mean gpt2-table3?');
  });

  it('lists what there is for a name like no other', async () => {
    await expect(readExperiment('../package')).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('gpt2-table3'),
    });
  });

  it('refuses a file that is not JSON', async () => {
    await writeFile(join(folder, 'gpt1-broken.json'), '{ "id": "gpt1-broken",');
    await expect(readExperiment('gpt1-broken', folder)).rejects.toThrow(
      /gpt1-broken\.json: the file is not JSON/,
    );
  });

  it('names the key of a missing text', async () => {
    expect(
      await refusal((experiment) => {
        delete (experiment.columns[3] as Partial<(typeof experiment.columns)[0]>).task;
      }),
    ).toBe('columns[3].task: the table is malformed. Expected a text, found nothing.');
  });

  it('names the place of a figure that is no number', async () => {
    expect(
      await refusal((experiment) => {
        experiment.rows[1]!.published[2] = '87,65';
      }),
    ).toBe('rows[1].published[2]: the table is malformed. Expected a number in quotes, found "87,65".');
  });

  it('refuses a misspelt key instead of losing what it says', async () => {
    expect(
      await refusal((experiment) => {
        Object.assign(experiment.rows[0]!, { footnotes: ['sota'] });
      }),
    ).toMatch(/^rows\[0\]\.footnotes: the table is malformed/);
  });

  it('refuses a row with fewer figures than columns', async () => {
    expect(await refusal((experiment) => experiment.rows[4]!.published.pop())).toBe(
      'rows[4].published: it must have one figure per column. Expected 10, found 9.',
    );
  });

  it('refuses a note that does not exist, a name that is there twice and an unknown model', async () => {
    const whole = structuredClone(table);
    expect(
      await refusal((experiment) => {
        experiment.columns[0]!.notes = ['nowhere'];
      }),
    ).toBe('columns[0].notes: there is no note nowhere.');
    table = structuredClone(whole);
    expect(
      await refusal((experiment) => {
        experiment.rows[2]!.id = '117M';
      }),
    ).toBe('rows[2].id: 117M is there twice.');
    table = structuredClone(whole);
    expect(
      await refusal((experiment) => {
        experiment.rows[1]!.model = '124M';
      }),
    ).toBe('rows[1].model: 124M is not the name of a registered model.');
  });

  it('refuses a table whose id is not its file name', async () => {
    expect(
      await refusal((experiment) => {
        experiment.id = 'gpt2-table4';
      }),
    ).toBe('id: it differs from the name of the file. Expected gpt2-table3, found gpt2-table4.');
  });

  it('accepts the unchanged file, so that each refusal above is due to its change', async () => {
    const file = new URL('../../experiments/gpt2-table3.json', import.meta.url);
    await writeFile(join(folder, 'gpt2-table3.json'), await readFile(file));
    expect(await readExperiment('gpt2-table3', folder)).toEqual(table);
  });
});
