/** A published figure with our points over it: pure, from the figure as data and the results at hand. */
import {
  findRegisteredModel,
  printedSize,
  type RegisteredModel,
  registeredModels,
} from '../../models/config.js';
import { hasVariant, newestOnly, partOfData } from '../../results/comparable.js';
import { noModel } from '../../results/model-identity.js';
import type { Metric, Result } from '../../results/result.js';
import { curveOverUpdates } from '../curve-over-updates.js';
import { withExports } from '../exports.js';
import type { FigureDefinition, OwnSeries, PanelDefinition, Quantity } from './definition.js';
import type { Axis, Figure, FigurePoint, FigureSeries, Panel } from './figure.js';

/** Draws all results that may stand there; the notes say which were left out, and why. */
export function buildFigure(definition: FigureDefinition, all: readonly Result[]): Figure {
  const results = withExports(all);
  const { id, title, source, notes } = definition;
  const wanted = new Set(definition.panels.flatMap(({ ours }) => ours.map(({ task }) => task)));
  const concerned = results.filter((result) => wanted.has(result.task.name));
  const told = concerned.flatMap((result) => {
    const reason = partOfData(result);
    if (reason === undefined) return [];
    const prefix = mayStand(result) ? '' : 'Not drawn: ';
    const model = result.model.name === noModel.name ? '' : `${result.model.name} on `;
    return [`${prefix}${model}${result.task.name}: ${reason}.`];
  });
  const usable = concerned.filter(mayStand);
  const panels = definition.panels.map((panel) => buildPanel(panel, usable));
  return {
    id,
    title,
    source,
    panels,
    notes: [...new Set([...notes, ...describeSources(definition), ...told])],
  };
}

/** Beside the paper's points stand whole runs alone; a model that the paper does not have may have read a part of the data. */
function mayStand(result: Result): boolean {
  const isPart = partOfData(result) !== undefined;
  return !isPart || (findRegisteredModel(result.model.name) === undefined && result.data.source !== 'sample');
}

/** The sizes of GPT-2 that this project trained itself: one curve. */
const ownSizes = /^(tiny|mini-gpt2-.+)$/;

/** Where the published points and levels come from: each source once, after all that it gives. */
function describeSources({ panels }: FigureDefinition): string[] {
  const labels = new Map<string, string[]>();
  for (const { published, lines } of panels) {
    for (const { label, source } of [...published, ...lines]) {
      const known = labels.get(source) ?? [];
      if (!known.includes(label)) labels.set(source, [...known, label]);
    }
  }
  return [...labels].map(([source, names]) => `${names.join('; ')}: ${source}.`);
}

function buildPanel(panel: PanelDefinition, results: readonly Result[]): Panel {
  const { title, quantity, published, lines, ours } = panel;
  const paper = published.map(
    ({ label, source, points }): FigureSeries => ({
      ...{ label, source, origin: 'paper', connected: true, marked: true },
      points: points
        .map(({ model, x, y, reading }) => ({
          x: x ?? findRegisteredModel(model!)!.parameters,
          y: Number(y),
          ...(reading === 'by eye' ? { byEye: true } : {}),
        }))
        .sort(byX),
    }),
  );
  const diagonal: FigureSeries = {
    ...{ label: 'as often right as it is certain', origin: 'guide', connected: true, marked: false },
    points: [
      { x: 0, y: 0 },
      { x: 100, y: 100 },
    ],
    source: 'by definition',
  };
  return {
    title,
    x: axisOf(panel.x, quantity),
    y: panel.y,
    series: [
      ...paper,
      ...(quantity === 'confidence' ? [diagonal] : []),
      ...ours.flatMap((series) => ownSeries(series, quantity, results)),
    ],
    lines: lines.map(({ label, y, source }) => ({ label, y: Number(y), source })),
  };
}

/** The figures over sizes are the GPT-2 paper's, whose models are called by their size. */
const isOfPaper = (model: RegisteredModel) => printedSize(model) !== undefined;

/** Sizes of models are named as the paper prints them: its readers know no other names. */
function axisOf(axis: Axis, quantity: Quantity): Axis {
  if (quantity !== 'parameters') return axis;
  const ticks = registeredModels
    .filter(isOfPaper)
    .map((model) => ({ at: model.parameters, text: printedSize(model)! }));
  return { ...axis, ticks };
}

const byX = (a: FigurePoint, b: FigurePoint) => a.x - b.x;

/** The results of one task as curves: which of them belong together depends on what the x axis shows. */
function ownSeries(series: OwnSeries, quantity: Quantity, results: readonly Result[]): FigureSeries[] {
  const own = results.filter(({ task }) => task.name === series.task && hasVariant(task, series.variant));
  const curves = new Map<string, FigurePoint[]>();
  const add = (label: string, points: readonly FigurePoint[]) =>
    curves.set(label, [...(curves.get(label) ?? []), ...points]);
  switch (quantity) {
    case 'parameters':
      for (const { model, metrics } of newestOnly(own)) {
        const registered = findRegisteredModel(model.name);
        // A model that the paper does not have is no point of the paper's curve.
        const isPapers = registered?.name === model.name && isOfPaper(registered);
        const label = isPapers ? 'ours' : `ours, ${ownSizes.test(model.name) ? 'small models' : model.name}`;
        add(label, measured(metrics, series, model.parameters));
      }
      break;
    case 'updates':
      for (const { run, points } of curveOverUpdates(own, series.metric)) {
        const drawn = points.map(({ updates, value, standardError }) => ({
          ...{ x: updates, y: value },
          ...(standardError === null ? {} : { standardError }),
        }));
        add(`ours, ${run}`, drawn);
      }
      break;
    case 'transferred layers':
      for (const [model, points] of transferCurves(own, series)) add(`ours, ${model}`, points);
      break;
    case 'confidence':
      for (const { model, details } of newestOnly(own)) {
        const points = listOf(details, series).map(([, , confidence, right]) => ({
          ...{ x: Number(confidence), y: Number(right) },
        }));
        add(`ours, ${model.name}`, points);
      }
      break;
    case 'overlap':
      // No model has a part in it: the texts tell the curves apart.
      for (const { data, details } of own) {
        add(
          `ours, ${data.file}`,
          listOf(details, series).map(([percent, share]) => ({ x: Number(percent), y: Number(share) })),
        );
      }
  }
  return [...curves]
    .filter(([, points]) => points.length > 0)
    .map(([label, points]) => ({
      ...{ label: `${series.label}, ${label}`, origin: 'ours', connected: true, marked: true },
      points: points.sort(byX),
      source: 'results',
    }));
}

/** The rows of the list that a series is drawn from. */
const listOf = (details: Result['details'], { metric }: OwnSeries) =>
  details?.find(({ id }) => id === metric)?.rows ?? [];

function measured(metrics: readonly Metric[], { metric: id }: OwnSeries, x: number): FigurePoint[] {
  const metric = metrics.find((candidate) => candidate.id === id);
  if (metric === undefined) return [];
  const { value, standardError } = metric;
  return [{ x, y: value, ...(standardError === null ? {} : { standardError }) }];
}

/**
 * Accuracy by the number of blocks whose weights were transferred; a run that transferred all of them says so by not naming
 * any. Runs that differ only in their seed become one point, their mean.
 */
function transferCurves(results: readonly Result[], series: OwnSeries): Map<string, FigurePoint[]> {
  const values = new Map<string, Map<number, number[]>>();
  for (const { model, metrics, finetuning, sweep } of results) {
    // A sweep sums up runs that have results of their own.
    if (sweep !== undefined || finetuning === undefined || !onlyTransferChanged(finetuning.changed)) continue;
    const settings: Readonly<Record<string, number | null | undefined>> = { ...finetuning.settings };
    const layers = settings.transferLayers ?? model.config.nLayer;
    const [point] = measured(metrics, series, layers);
    // -1 transfers not even the embeddings: that is no number of layers.
    if (point === undefined || layers < 0) continue;
    const curve = values.get(model.name) ?? new Map<number, number[]>();
    curve.set(layers, [...(curve.get(layers) ?? []), point.y]);
    values.set(model.name, curve);
  }
  return new Map(
    [...values].map(([model, curve]) => [
      model,
      [...curve].map(([x, ys]) => ({ x, y: ys.reduce((sum, y) => sum + y, 0) / ys.length })),
    ]),
  );
}

function onlyTransferChanged(changed: readonly string[]): boolean {
  return changed.every((setting) => /^(transfer-layers|seed)\b/.test(setting));
}
