import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleResult } from '../testing/example-result.js';
import { listExperiments, readExperiment } from './experiment.js';
import { layOutRows } from './layout.js';
import { buildTable } from './table.js';

const protocols = new URL('../../../shared/protocols.md', import.meta.url);
const experiments = await listExperiments();

describe.skipIf(!existsSync(protocols))(
  'every published number against a transcription (needs ../shared/protocols.md)',
  () => {
    const text = existsSync(protocols) ? readFileSync(protocols, 'utf8') : '';
    const between = (from: string, to: string) => text.split(from)[1]?.split(to)[0] ?? '';

    /** Figures of the first Markdown table of a text, row by row; an empty cell is null, `**` of bold ones is taken off. */
    const figures = (part: string) => {
      const lines = part.slice(part.indexOf('\n|')).trimStart().split('\n\n')[0]!.split('\n').slice(2);
      return lines.map((line) =>
        line
          .split('|')
          .slice(2, -1)
          .map((cell) => cell.replaceAll('*', '').trim())
          .map((cell) => (cell === '–' ? null : cell)),
      );
    };

    const tables: Record<string, () => (string | null)[][]> = {
      'gpt1-table2': () => figures(between('Table 2, accuracy', 'Table 3, accuracy')),
      'gpt1-table3': () => figures(between('Table 3, accuracy', 'Table 4, GLUE')),
      'gpt1-table4': () => figures(between('Table 4, GLUE', 'Table 5, ablations')),
      'gpt1-table5': () => figures(between('Table 5, ablations', 'Figure 2 left')),
      'gpt2-table2': () =>
        figures(between('## B.1 Model', '* Pre-LN')).map(([, layers, width], place) => [
          ['117', '345', '762', '1542'][place]!,
          layers!,
          width!,
        ]),
      'gpt2-table3': () => figures(between('## B.4 Table 3', '### Arithmetic')),
      'gpt2-table4': () => figures(between('## B.9 CNN', 'R-AVG = mean')),
      'gpt2-table6': () => figures(between('## B.13 Table 6', '(averages')),
    };
    /** Where the numbers of the others stand, in running text. */
    const passages: Record<string, string> = {
      'gpt1-figure2': between('## A.5 Zero-shot', '## A.6'),
      'gpt2-table5': between('## B.11 Natural Questions', '## B.12'),
      'gpt2-text': between('## B.7 Winograd', '## B.13'),
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
      experiments
        .filter(({ id }) => id in passages)
        .map((experiment) => [experiment.id, experiment] as const),
    )('stands in the text: %s', (id, { rows }) => {
      // What people and earlier systems reach is not in the transcription.
      const ofModels = rows.filter(({ model }) => model !== null);
      const printed = ofModels.flatMap(({ published }) => published).filter((cell) => cell !== null);
      expect(printed.length).toBeGreaterThan(3);
      for (const number of printed) {
        expect(passages[id], number).toMatch(new RegExp(`(?<![\\d.])${number.replace('.', '\\.')}(?![\\d])`));
      }
    });
  },
);

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
