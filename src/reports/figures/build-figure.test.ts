import { describe, expect, it } from 'vitest';
import type { Detail, FinetuningRecord, Metric, Result } from '../../results/result.js';
import { exampleResult } from '../../testing/example-result.js';
import { buildFigure } from './build-figure.js';
import { readFigureDefinition } from './definition.js';
import type { Figure } from './figure.js';

const metric = (id: string, value: number): Metric => ({
  ...{ id, label: id, value, standardError: 2, n: 100, unit: 'points', higherIsBetter: true },
});
const result = (model: string, parameters: number, task: string, metrics: Metric[]): Result =>
  exampleResult({ model: { name: model, parameters }, task: { name: task }, metrics });
const ours = ({ panels }: Figure) =>
  panels.flatMap(({ series }) => series.filter(({ origin }) => origin === 'ours'));

describe('a figure by model size', async () => {
  const definition = await readFigureDefinition('gpt2-figure1');

  it('has the points of the paper alone where there are no results', () => {
    const figure = buildFigure(definition, []);
    expect(ours(figure)).toEqual([]);
    const [coqa] = figure.panels;
    expect(coqa!.series[0]!.points).toEqual([
      { x: 124_439_808, y: 26.5, byEye: true },
      { x: 354_823_168, y: 42.5, byEye: true },
      { x: 774_030_080, y: 50, byEye: true },
      { x: 1_557_611_200, y: 55 },
    ]);
    expect(coqa!.x.ticks?.map(({ text }) => text)).toEqual(['117M', '345M', '762M', '1542M']);
  });

  it('draws ours over them: one curve of the published models, one of the small ones, any other model apart', () => {
    const series = ours(
      buildFigure(definition, [
        result('gpt2-medium', 354_823_168, 'coqa', [metric('f1', 40)]),
        result('gpt2', 124_439_808, 'coqa', [metric('f1', 25)]),
        result('tiny', 7e6, 'coqa', [metric('f1', 3)]),
        result('mini-gpt2-2x64', 6e5, 'coqa', [metric('f1', 2)]),
        result('local/mine', 8e6, 'coqa', [metric('f1', 4)]),
      ]),
    );
    expect(series.map(({ label, points }) => [label, points.map(({ x, y }) => [x, y])])).toEqual([
      [
        'F1, ours',
        [
          [124_439_808, 25],
          [354_823_168, 40],
        ],
      ],
      [
        'F1, ours, small models',
        [
          [6e5, 2],
          [7e6, 3],
        ],
      ],
      ['F1, ours, local/mine', [[8e6, 4]]],
    ]);
    expect(series[0]!.points[0]!.standardError).toBe(2);
  });

  it('leaves out parts of the data and other options, and says so', () => {
    const part = exampleResult({
      task: { name: 'coqa' },
      settings: { limit: 10 },
      metrics: [metric('f1', 90)],
    });
    const variant = exampleResult({
      task: { name: 'coqa', variant: { history: 'own' } },
      metrics: [metric('f1', 80)],
    });
    const figure = buildFigure(definition, [part, variant]);
    expect(ours(figure)).toEqual([]);
    expect(figure.notes.at(-1)).toBe('Not drawn: gpt2 on coqa: only the first 10 examples.');
  });
});

/** A fine-tuning result with some blocks transferred. */
function finetuned(accuracy: number, settings: Record<string, number>, changed: string[]): Result {
  const finetuning = { train: { complete: true }, settings, changed } as unknown as FinetuningRecord;
  return { ...result('gpt1', 1, 'rte', [metric('accuracy', accuracy)]), finetuning };
}

describe('the other figures', () => {
  it('set accuracy over transferred layers, seeds as their mean, and a run with all layers at the end', async () => {
    const figure = buildFigure(await readFigureDefinition('gpt1-figure2-left'), [
      finetuned(60, {}, []),
      finetuned(52, { transferLayers: 0 }, ['transfer-layers 0']),
      finetuned(54, { transferLayers: 0 }, ['transfer-layers 0', 'seed 43']),
      finetuned(50, { transferLayers: -1 }, ['from-scratch']),
      finetuned(99, { transferLayers: 3 }, ['transfer-layers 3', 'epochs 1']),
    ]);
    expect(ours(figure).map(({ points }) => points)).toEqual([
      [
        { x: 0, y: 53 },
        { x: 12, y: 60 },
      ],
    ]);
  });

  it('set the heuristics over the updates of a pre-training', async () => {
    const at = (updates: number, value: number) =>
      result(`local/run/checkpoints/${updates}@0a1b2c3d`, 1, 'sst2-zero', [metric('normalised', value)]);
    const figure = buildFigure(await readFigureDefinition('gpt1-figure2-right'), [
      at(400, 0.2),
      at(100, 0.1),
    ]);
    const [curve, ...others] = ours(figure);
    expect(others).toEqual([]);
    expect(curve!.points.map(({ x, y }) => [x, y])).toEqual([
      [100, 0.1],
      [400, 0.2],
    ]);
  });

  it('set right answers over confidence, beside the diagonal', async () => {
    const calibration: Detail = {
      ...{ id: 'calibration', title: 'Accuracy by confidence' },
      columns: ['confidence, %', 'answers', 'mean confidence, %', 'exact match, %'],
      rows: [
        ['0 to 10', 90, 4, 1.5],
        ['70 to 80', 10, 75, 60],
      ],
    };
    const measured = { ...result('gpt2', 1, 'nq', [metric('em', 4)]), details: [calibration] };
    const figure = buildFigure(await readFigureDefinition('nq-calibration'), [measured]);
    expect(ours(figure)[0]!.points).toEqual([
      { x: 4, y: 1.5 },
      { x: 75, y: 60 },
    ]);
    expect(figure.panels[0]!.series[0]).toMatchObject({ origin: 'guide', marked: false });
  });
});
