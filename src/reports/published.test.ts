import { describe, expect, it } from 'vitest';
import { exampleResult } from '../testing/example-result.js';
import { publishedSection, publishedTable } from '../testing/published-numbers.js';
import { listExperiments, readExperiment } from './experiment.js';
import { layOutRows } from './layout.js';
import { buildTable } from './table.js';

const experiments = await listExperiments();

describe('every published number against a transcription', () => {
  /** Figures of a table without its head and the names of its rows. */
  const figures = (heading: string) =>
    publishedTable(heading)
      .slice(1)
      .map((row) => row.slice(1));

  const tables: Record<string, () => (string | null)[][]> = {
    'gpt1-table2': () => figures('GPT-1 Table 2'),
    'gpt1-table3': () => figures('GPT-1 Table 3'),
    'gpt1-table4': () => figures('GPT-1 Table 4'),
    'gpt1-table5': () => figures('GPT-1 Table 5'),
    'gpt2-table2': () =>
      publishedTable('GPT-2 Table 2')
        .slice(1)
        .map(([name, layers, width]) => [name!.replace('M', ''), layers!, width!]),
    'gpt2-table3': () => figures('GPT-2 Table 3'),
    'gpt2-table4': () => figures('GPT-2 Table 4'),
    'gpt2-table5': () => figures('GPT-2 Table 5').map((row) => row.slice(-1)),
    'gpt2-table6': () => figures('GPT-2 Table 6'),
  };
  /** Where numbers stand in running text. */
  const passages: Record<string, string> = {
    'gpt1-figure2': publishedSection('GPT-1 Figure 2 right'),
    'gpt2-text': publishedSection('GPT-2 text'),
  };

  it('is done for every table', () => {
    const known = [...Object.keys(tables), ...Object.keys(passages)];
    expect(experiments.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each(
    experiments.filter(({ id }) => id in tables).map((experiment) => [experiment.id, experiment] as const),
  )('agrees cell by cell: %s', (id, { rows }) => {
    const expected = tables[id]!();
    // Rows and columns without any number are ours: models and data sets that the paper does not have in this table.
    const isPapers = (place: number) => rows.some(({ published }) => published[place] !== null);
    const printed = rows
      .map(({ published }) => published.filter((_, place) => isPapers(place)))
      .filter((row) => row.some((cell) => cell !== null));
    expect(printed).toEqual(expected);
    expect(expected.flat().filter((cell) => cell !== null).length).toBeGreaterThan(9);
  });

  it.each(
    experiments.filter(({ id }) => id in passages).map((experiment) => [experiment.id, experiment] as const),
  )('stands in the text: %s', (id, { rows }) => {
    // What people and earlier systems reach is not in the transcription.
    const ofModels = rows.filter(({ model }) => model !== null);
    const printed = ofModels.flatMap(({ published }) => published).filter((cell) => cell !== null);
    expect(printed.length).toBeGreaterThan(3);
    for (const number of printed) {
      expect(passages[id], number).toMatch(new RegExp(`(?<![\\d.])${number.replace('.', '\\.')}(?![\\d])`));
    }
  });
});

describe('tables whose numbers are not metrics', () => {
  it('take the sizes of models from their definitions', async () => {
    const { rows } = buildTable(await readExperiment('gpt2-table2'), []);
    expect(rows[3]!.cells.map(({ ours }) => ours)).toEqual([1557.6112, 48, 1600]);
    expect(layOutRows(buildTable(await readExperiment('gpt2-table2'), []))[0]!.lines[1]).toEqual({
      label: 'ours',
      cells: ['124.44', '12', '768'],
    });
  });

  it('take probabilities of answers from the list of a result, by question', async () => {
    const details = [
      {
        ...{ id: 'most_confident', title: 'most confident' },
        columns: ['question', 'answer', 'correct', 'probability, %'],
        rows: [
          ['Who wrote the book the Origin of Species?', 'Darwin', 'right', 80.5],
          ['Who else?', 'nobody', 'wrong', 70],
        ],
      },
    ];
    const result = exampleResult({ task: { name: 'nq' }, model: { name: 'gpt2-xl' } });
    const { rows } = buildTable(await readExperiment('gpt2-table5'), [{ ...result, details }]);
    expect(rows[0]!.cells[0]).toEqual({ published: '83.4', ours: 80.5, difference: 80.5 - 83.4 });
    expect(rows.slice(1).every(({ cells }) => cells[0]!.ours === undefined)).toBe(true);
  });

  it('count 22 answers of Table 5 that the paper marks right, 18 of them by the references', async () => {
    const { rows } = await readExperiment('gpt2-table5');
    const withNote = (note: string) => rows.filter(({ notes = [] }) => notes.includes(note)).length;
    expect(rows).toHaveLength(30);
    expect(30 - withNote('wrong')).toBe(22);
    // 17 and the blood type, of which nothing is left.
    expect(30 - withNote('wrong') - withNote('references') + withNote('blood')).toBe(18);
  });
});
