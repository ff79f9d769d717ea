import { describe, expect, it } from 'vitest';
import type { Result } from '../results/result.js';
import { exampleResult, type ResultChanges } from '../testing/example-result.js';
import { readExperiment } from './experiment.js';
import { layOutRows } from './layout.js';
import { buildTable, countCells, type Table } from './table.js';

const experiment = await readExperiment('gpt2-table3');

/** The cell of a row and a column, by their ids. */
function cell(table: Table, row: string, column: string) {
  const place = table.columns.findIndex((candidate) => candidate.id === column);
  return table.rows.find((candidate) => candidate.id === row)?.cells[place];
}

const countOurs = (table: Table) =>
  table.rows.flatMap((row) => row.cells).filter((candidate) => candidate.ours !== undefined).length;

describe('buildTable', () => {
  it('shows the published figures alone where there are no results', () => {
    const table = buildTable(experiment, []);
    expect(cell(table, '762M', '1bw-ppl')).toEqual({ published: '44.575' });
    expect(countOurs(table)).toBe(0);
    expect(table.leftOut).toEqual([]);
  });

  it('puts a metric into the cell of its model, task and id, with the difference and the standard error', () => {
    const table = buildTable(experiment, [exampleResult()]);
    expect(cell(table, '117M', 'lambada-acc')).toEqual({
      published: '45.99',
      ours: 42,
      difference: 42 - 45.99,
      standardError: 0.6875,
      n: 5153,
    });
    expect(cell(table, '117M', 'lambada-ppl')).toMatchObject({ published: '35.13', ours: 40.0625 });
    expect(countOurs(table)).toBe(2);
  });

  it('has no standard error where none is defined', () => {
    const [metric] = exampleResult().metrics.slice(3);
    const table = buildTable(experiment, [exampleResult({ metrics: [{ ...metric!, standardError: null }] })]);
    expect(cell(table, '117M', 'lambada-ppl')).not.toHaveProperty('standardError');
    expect(cell(table, '117M', 'lambada-acc')).toEqual({ published: '45.99' });
  });

  it.each<[string, ResultChanges, string]>([
    ['of a few examples', { settings: { limit: 5153 } }, 'gpt2 on lambada: only the first 5153 examples.'],
    [
      'on the sample',
      { data: { source: 'sample' } },
      'gpt2 on lambada: on the hand-written sample, not the published data.',
    ],
    [
      'on another number of rows',
      { data: { source: 'file', rows: 5152, complete: false } },
      'gpt2 on lambada: on 5152 examples, not as many as were published.',
    ],
  ])('leaves out a result %s and says so', (_, changes, reason) => {
    const table = buildTable(experiment, [exampleResult(changes)]);
    expect(countOurs(table)).toBe(0);
    expect(table.leftOut).toEqual([reason]);
    expect(table.notes.some((note) => note.startsWith('Ours'))).toBe(false);
  });

  it('accepts a file of the user that has all rows', () => {
    expect(countOurs(buildTable(experiment, [exampleResult({ data: { source: 'file' } })]))).toBe(2);
  });

  it('does not mention results of tasks that the table does not have', () => {
    const other = exampleResult({ task: { name: 'lambada-original' } });
    expect(buildTable(experiment, [other])).toEqual(buildTable(experiment, []));
  });

  it('takes the highest task version, then the run that finished last, in whatever order they come', () => {
    const run = (ours: number, version: number, finishedAt: string): Result =>
      exampleResult({
        task: { version },
        time: { finishedAt },
        metrics: [{ ...exampleResult().metrics[3]!, value: ours }],
      });
    const runs = [
      run(1, 1, '2026-11-24T23:00:00.000Z'),
      run(2, 2, '2026-11-24T10:00:00.000Z'),
      run(3, 2, '2026-11-24T09:00:00.000Z'),
    ];
    for (const order of [runs, runs.toReversed()]) {
      const table = buildTable(experiment, order);
      expect(cell(table, '117M', 'lambada-ppl')?.ours).toBe(2);
      expect(table.leftOut).toEqual(['gpt2 on lambada: there is a newer run.']);
    }
  });

  it('tells deviations and other definitions in footnotes of the columns they concern', () => {
    const medium = exampleResult({ model: { name: 'gpt2-medium' } });
    const table = buildTable(experiment, [exampleResult(), medium]);
    const notesOf = (id: string) =>
      table.columns
        .find((column) => column.id === id)!
        .notes.map((note) => table.notes[note - 1])
        .filter((note) => note!.startsWith('Ours'));
    const deviation = 'Ours: The stop words are those of another list.';
    expect(notesOf('lambada-ppl')).toEqual([deviation]);
    expect(notesOf('lambada-acc')).toEqual([
      deviation,
      'Ours by other definitions: ' +
        'gpt2: accuracy, whole word 32.50 ± 0.65, accuracy, last token only 46.50 ± 0.69; ' +
        'gpt2-medium: accuracy, whole word 32.50 ± 0.65, accuracy, last token only 46.50 ± 0.69.',
    ]);
    expect(notesOf('ptb-ppl')).toEqual([]);
  });

  it('numbers every footnote once, in reading order', () => {
    const { columns, rows, notes } = buildTable(experiment, [exampleResult()]);
    const firstSeen = [...new Set([...columns, ...rows].flatMap((part) => part.notes))];
    expect(firstSeen).toEqual(notes.map((_, place) => place + 1));
    expect(new Set(notes).size).toBe(notes.length);
  });

  it('refuses to set percent beside perplexity', () => {
    const metric = { ...exampleResult().metrics[0]!, id: 'perplexity' };
    expect(() => buildTable(experiment, [exampleResult({ metrics: [metric] })])).toThrow(
      'lambada measures perplexity in percent, column lambada-ppl is in perplexity',
    );
  });
});

describe('rows of an ablation', () => {
  const ablated = (...changed: string[]): Result => ({
    ...exampleResult({ task: { name: 'rte' }, model: { name: 'gpt1' } }),
    metrics: [{ ...exampleResult().metrics[0]!, id: 'accuracy', value: 50 + changed.length }],
    finetuning: {
      train: exampleResult().data,
      settings: {} as never,
      changed,
      counts: { examples: 1, truncatedExamples: 0, updates: 1 },
      epochs: [{ trainLoss: 1, devLoss: 1, score: 1 }],
      bestEpoch: 1,
    },
  });

  it('take the runs with just that setting, and the full row the run without any', async () => {
    const table5 = await readExperiment('gpt1-table5');
    const runs = [ablated(), ablated('lm-coef 0'), ablated('from-scratch', 'epochs 1')];
    const table = buildTable(table5, runs);
    expect(cell(table, 'full', 'rte')).toMatchObject({ published: '56.0', ours: 50 });
    expect(cell(table, 'no-aux-lm', 'rte')).toMatchObject({ published: '54.4', ours: 51 });
    expect(cell(table, 'no-pre-training', 'rte')).not.toHaveProperty('ours');
    expect(table.leftOut).toEqual(['gpt1 on rte: other settings: epochs 1.']);
  });
});

describe('models that the paper does not have', () => {
  const own = (changes: ResultChanges = {}) =>
    exampleResult({ ...changes, model: { name: 'local/mine', parameters: 5, ...changes.model } });
  const rowsOf = (table: Table) => table.rows.filter(({ isOther }) => isOther);

  it('stand below, with numbers of ours alone, and fill no cell of the paper', () => {
    const table = buildTable(experiment, [own({ model: { name: 'gpt1', parameters: 7 } }), own()]);
    expect(rowsOf(table).map(({ label }) => label)).toEqual(['local/mine', 'gpt1']);
    expect(cell(table, 'local/mine', 'lambada-acc')).toEqual({
      ...{ published: null, ours: 42, standardError: 0.6875, n: 5153 },
    });
    expect(countCells(table).ours).toBe(0);
    expect(table.leftOut).toEqual([]);
    const lines = layOutRows(table).find(({ label }) => label === 'gpt1')!.lines;
    expect(lines.map(({ label }) => label)).toEqual(['ours', 'std. error']);
  });

  it('may have read a part of the data, which a note says, where there is no run on all of it', () => {
    const part = own({ settings: { limit: 100 } });
    const [row] = rowsOf(buildTable(experiment, [part]));
    const notes = (table: Table) => rowsOf(table)[0]!.notes.map((note) => table.notes[note - 1]);
    expect(row!.cells[1]!.ours).toBe(42);
    expect(notes(buildTable(experiment, [part]))).toEqual([
      'local/mine: lambada: only the first 100 examples.',
    ]);
    const both = buildTable(experiment, [part, own()]);
    expect(notes(both)).toEqual([]);
    expect(both.leftOut).toEqual(['local/mine on lambada: only the first 100 examples.']);
  });

  it('never stand there for a sample', () => {
    const table = buildTable(experiment, [own({ data: { source: 'sample' } })]);
    expect(rowsOf(table)).toEqual([]);
    expect(table.leftOut).toEqual([
      'local/mine on lambada: on the hand-written sample, not the published data.',
    ]);
  });

  it('have a row for each variant that the paper tells apart', async () => {
    const summaries = await readExperiment('gpt2-table4');
    const metrics = [{ ...exampleResult().metrics[0]!, id: 'rouge1', unit: 'points' as const }];
    const result = (variant?: Record<string, string>) =>
      own({ task: { name: 'cnn-dm', ...(variant && { variant }) }, metrics });
    const table = buildTable(summaries, [result(), result({ hint: 'no' }), result({ order: 'file' })]);
    expect(rowsOf(table).map(({ label }) => label)).toEqual(['local/mine', 'local/mine, hint no']);
    expect(table.leftOut).toEqual(['local/mine on cnn-dm: not the variant of this table (--order file).']);
  });

  it('give their baselines to the rows of baselines', async () => {
    const summaries = await readExperiment('gpt2-table4');
    const metrics = [{ ...exampleResult().metrics[0]!, id: 'lede3_rouge1', unit: 'points' as const }];
    const table = buildTable(summaries, [own({ task: { name: 'cnn-dm' }, metrics })]);
    expect(cell(table, 'lede-3', 'rouge-1')?.ours).toBe(32.5);
    expect(table.leftOut).toEqual([]);
  });

  it('of several reasons each is told once', () => {
    const results = [exampleResult(), exampleResult({ model: { name: 'gpt2-xl' } })].map((result) => ({
      ...result,
      data: { ...result.data, source: 'sample' as const },
    }));
    expect(buildTable(experiment, results).leftOut).toEqual([
      'gpt2 on lambada; gpt2-xl on lambada: on the hand-written sample, not the published data.',
    ]);
  });
});
