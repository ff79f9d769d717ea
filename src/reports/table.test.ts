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
        'gpt2: accuracy, whole word 32.50 % ± 0.65, accuracy, last token only 46.50 % ± 0.69; ' +
        'gpt2-medium: accuracy, whole word 32.50 % ± 0.65, accuracy, last token only 46.50 % ± 0.69.',
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

const finetuning = (changed: string[]): Result['finetuning'] => ({
  train: exampleResult().data,
  settings: {} as never,
  changed,
  counts: { examples: 1, truncatedExamples: 0, updates: 1 },
  epochs: [{ trainLoss: 1, devLoss: 1, score: 1 }],
  bestEpoch: 1,
});

describe('rows of an ablation', () => {
  const ablated = (...changed: string[]): Result => ({
    ...exampleResult({ task: { name: 'rte' }, model: { name: 'gpt1' } }),
    metrics: [{ ...exampleResult().metrics[0]!, id: 'accuracy', value: 50 + changed.length }],
    finetuning: finetuning(changed),
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

describe('means over tasks', () => {
  const metric = (id: string, value: number, standardError: number | null = null) => ({
    ...({ id, label: id, value, standardError, n: 10, unit: 'points', higherIsBetter: true } as const),
  });
  /** The figures of the GPT-1 paper's model as GLUE counted them then. */
  const parts: Record<string, ReturnType<typeof metric>[]> = {
    cola: [metric('matthews', 45.4)],
    sst2: [{ ...metric('accuracy', 91.3), unit: 'percent' as never }],
    mrpc: [metric('f1', 82.3), metric('accuracy', 75.7)],
    'sts-b': [metric('pearson', 82), metric('spearman', 80)],
    qqp: [metric('f1', 70.3), metric('accuracy', 88.5)],
    mnli: [metric('accuracy_matched', 82.1, 3), metric('accuracy_mismatched', 81.4, 4)].map((one) => ({
      ...one,
      unit: 'percent' as never,
    })),
    qnli: [{ ...metric('accuracy', 88.1), unit: 'percent' as never }],
    rte: [{ ...metric('accuracy', 56), unit: 'percent' as never }],
    wnli: [metric('accuracy', 53.4)],
  };
  const runs = (model: Partial<Result['model']> = { name: 'gpt1' }): Result[] =>
    Object.entries(parts).map(([name, metrics]) => ({
      ...exampleResult({ task: { name }, model, metrics, deviations: [`Of ${name}.`] }),
      finetuning: finetuning([]),
    }));

  it('are counted as GLUE was once every task is there: 72.82 from the figures of the paper', async () => {
    const table = buildTable(await readExperiment('gpt1-table4'), runs());
    const { ours, difference } = cell(table, 'gpt1', 'glue')!;
    expect(ours).toBeCloseTo(72.82, 2);
    expect(difference).toBeCloseTo(0.02, 2);
    const average = buildTable(await readExperiment('gpt1-table5'), runs());
    expect(cell(average, 'full', 'average')!.ours).toBeCloseTo(74.64, 2);
    expect(cell(average, 'full', 'mnli')).toMatchObject({ ours: 81.75, standardError: 2.5 });
  });

  it('are none while a task is missing, whose results are told as left out', async () => {
    const table = buildTable(
      await readExperiment('gpt1-table4'),
      runs().filter(({ task }) => task.name !== 'qnli'),
    );
    expect(cell(table, 'gpt1', 'glue')).toEqual({ published: '72.8' });
    expect(cell(table, 'gpt1', 'cola')!.ours).toBe(45.4);
    expect(table.leftOut).toEqual(['gpt1 on mnli, rte, wnli: part of a mean whose other parts are missing.']);
    expect(table.notes).not.toContain('Ours: Of wnli.');
  });

  it('have the spread over the seeds that all tasks were run with', async () => {
    const withSeeds = (seeds: number[]) =>
      runs().map((result) => ({
        ...result,
        sweep: {
          setting: 'seed' as const,
          runs: seeds.map((value) => ({
            ...{ value, file: 'x', fingerprint: 'f' },
            metrics: Object.fromEntries(result.metrics.map(({ id, value: of }) => [id, of + value])),
          })),
        },
      }));
    const experiment = await readExperiment('gpt1-table5');
    const table = buildTable(experiment, withSeeds([1, 2, 3]));
    expect(cell(table, 'full', 'average')!.spread).toEqual({ deviation: expect.closeTo(1), seeds: 3 });
    const [first, ...rest] = withSeeds([1, 2, 3]);
    const mixed = buildTable(experiment, [first!, ...withSeeds([1, 2, 4]).slice(1)]);
    expect(rest).toHaveLength(8);
    expect(cell(mixed, 'full', 'average')).not.toHaveProperty('spread');
  });

  it('stand in the row of the LSTM for a model of one’s own of its size, and below for any other', async () => {
    const experiment = await readExperiment('gpt1-table5');
    const lstm = (name: string, units: number) =>
      runs({ name, config: { ...exampleResult().model.config, architecture: 'lstm', units } });
    const empty = countCells(buildTable(experiment, []));
    const table = buildTable(experiment, [...lstm('local/paper', 2048), ...lstm('mini-lstm', 512)]);
    expect(cell(table, 'lstm', 'average')).toMatchObject({
      published: '69.1',
      ours: expect.closeTo(74.64, 2),
    });
    expect(table.rows.filter(({ isOther }) => isOther).map(({ label }) => label)).toEqual(['mini-lstm']);
    expect(empty).toEqual({ cells: 36, ours: 0 });
    expect(countCells(table)).toEqual({ cells: 36, ours: 9 });
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
