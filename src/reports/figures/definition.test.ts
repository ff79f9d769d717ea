import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../errors.js';
import { allTasks } from '../../tasks/find.js';
import { publishedSection } from '../../testing/published-numbers.js';
import { readExperiment } from '../experiment.js';
import { type FigureDefinition, figureIds, readFigureDefinition } from './definition.js';

const all = await Promise.all((await figureIds()).map((id) => readFigureDefinition(id)));

describe('the figures in experiments/figures/', () => {
  it('are those of the papers', () => {
    expect(all.map(({ id }) => id)).toEqual([
      'gpt1-figure2-left',
      'gpt1-figure2-right',
      'gpt2-figure1',
      'gpt2-figure2',
      'gpt2-figure3',
      'gpt2-figure4',
      'gpt2-figure5',
      'nq-calibration',
    ]);
  });

  it('have the points of Figure 2 that Table 3 prints', async () => {
    const { rows, columns } = await readExperiment('gpt2-table3');
    const printed = ['cbt-cn', 'cbt-ne'].flatMap((task) => {
      const place = columns.findIndex((column) => column.task === task);
      return rows.filter(({ model }) => model !== null).map(({ published }) => published[place]);
    });
    const [panel] = all.find(({ id }) => id === 'gpt2-figure2')!.panels;
    expect(panel!.published.flatMap(({ points }) => points.map(({ y }) => y))).toEqual(printed);
  });

  it('take zero-shot results from tasks and metrics that GPT-2 runs have', () => {
    const known = new Set(allTasks.map(({ name }) => name));
    for (const { task } of all.find(({ id }) => id === 'gpt2-figure1')!.panels.flatMap(({ ours }) => ours)) {
      expect(known).toContain(task);
    }
  });
});

describe('published points against a transcription', () => {
  const points = (figure: string, panel: string) =>
    all
      .find(({ id }) => id === figure)!
      .panels.find(({ id }) => id === panel)!
      .published.flatMap((series) => series.points);

  it.each([
    ['coqa', 'CoQA', '55 F1'],
    ['wmt14-fr-en', 'Fr→En BLEU', '11.5 BLEU'],
    ['cnn-dm', 'ROUGE-AVG', '21.40 ROUGE-AVG'],
    ['nq', 'NQ EM', '4.1 % EM'],
  ])('agree in Figure 1: %s', (panel, name, printed) => {
    const text = publishedSection('GPT-2 Figure 1');
    const read = new RegExp(`${name} ([\\d.]*\\d) / ([\\d.]*\\d) / ([\\d.]*\\d)`).exec(text)!;
    const published = points('gpt2-figure1', panel);
    expect(published.map(({ reading }) => reading)).toEqual(['by eye', 'by eye', 'by eye', 'printed']);
    expect(published.slice(0, 3).map(({ y }) => y)).toEqual(read.slice(1, 4));
    expect(printed.split(' ')[0]).toBe(published[3]!.y);
    expect(text).toContain(printed);
  });

  it('agree in Figure 2 right of GPT-1', () => {
    const text = publishedSection('GPT-1 Figure 2 right');
    const read = ['sentiment', 'Winograd', 'acceptability', 'question answering'].map(
      (name) => new RegExp(`${name} ≈ ([\\d.]+\\d)`).exec(text)![1],
    );
    expect(points('gpt1-figure2-right', 'zero-shot').map(({ y }) => y)).toEqual([...read, '0']);
    expect(text).toContain('LSTM lower, QA near 0');
  });

  it('agree in Figure 2 left of GPT-1 and Figure 3 of GPT-2', () => {
    const ends = (section: string, name: string) =>
      new RegExp(`${name} ≈ (\\d+) → (\\d+)`, 'i').exec(publishedSection(section))!.slice(1);
    for (const panel of ['race', 'mnli']) {
      expect(points('gpt1-figure2-left', panel).map(({ y }) => y)).toEqual(
        ends('GPT-1 Figure 2 left', panel),
      );
    }
    const read = ['partial', 'full'].flatMap((name) => ends('GPT-2 Figure 3', name));
    expect(points('gpt2-figure3', 'winograd').map(({ y }) => y)).toEqual([...read, '70.70']);
  });
});

describe('readFigureDefinition', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'figures-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refusal(change: (figure: FigureDefinition) => void): Promise<string> {
    const figure = structuredClone(await readFigureDefinition('gpt2-figure3'));
    change(figure);
    await writeFile(join(folder, 'gpt2-figure3.json'), JSON.stringify(figure));
    const error: unknown = await readFigureDefinition('gpt2-figure3', folder).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }

  it('suggests the name that was probably meant', async () => {
    await expect(readFigureDefinition('gpt2-figure6')).rejects.toMatchObject({ exitCode: 2 });
    await expect(readFigureDefinition('gpt2-figre1')).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean gpt2-figure1?'),
    });
  });

  it('names the place of what is wrong', async () => {
    expect(await refusal((figure) => delete figure.panels[0]!.published[0]!.points[1]!.model)).toContain(
      'panels[0].published[0].points[1]: it must have either model or x.',
    );
    expect(
      await refusal((figure) => {
        figure.panels[0]!.published[0]!.points[0]!.model = '124M';
      }),
    ).toContain('points[0].model: 124M is not the name of a registered model.');
    expect(
      await refusal((figure) => {
        figure.panels[0]!.published[1]!.points[0]!.y = 'about 56';
      }),
    ).toContain('Expected a number in quotes, found "about 56".');
  });
});
