/** A figure of a paper as data, one file each in experiments/figures/: axes, published points, and what of ours is drawn over them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../errors.js';
import { readJsonFile } from '../../files/json-file.js';
import {
  checkShape,
  dictionary,
  list,
  number,
  object,
  oneOf,
  optional,
  printedNumber,
  text,
} from '../../files/json-shape.js';
import { findRegisteredModel } from '../../models/config.js';
import { UnknownNameError } from '../../unknown-name.js';

/** What stands on the x axis, which says how results become points. */
const quantities = ['parameters', 'transferred layers', 'updates', 'confidence', 'overlap'] as const;
/** One of `quantities`. */
export type Quantity = (typeof quantities)[number];

/** A published point; exactly one of `model` and `x` says where it stands. */
interface PublishedPoint {
  /** Registered name: the point stands at its number of parameters. */
  model?: string;
  x?: number;
  /** As printed, or as read. */
  y: string;
  /** Whether the paper prints the number, or somebody read it off the drawing. */
  reading: 'printed' | 'by eye';
}

/** A published curve. */
interface PublishedSeries {
  label: string;
  /** Who printed or read it, and where. */
  source: string;
  points: PublishedPoint[];
}

/** A published level. */
interface PublishedLine {
  label: string;
  y: string;
  source: string;
}

/** Which results are drawn over the published points. */
export interface OwnSeries {
  label: string;
  task: string;
  metric: string;
  /** Options of the task; without any, the default ones. */
  variant?: Record<string, string>;
}

/** One axis of a published figure. */
interface PublishedAxis {
  label: string;
  scale: 'linear' | 'log';
  from?: number;
  to?: number;
}

/** One pair of axes. */
export interface PanelDefinition {
  id: string;
  title: string;
  quantity: Quantity;
  x: PublishedAxis;
  y: PublishedAxis;
  published: PublishedSeries[];
  lines: PublishedLine[];
  ours: OwnSeries[];
}

/** A published figure. */
export interface FigureDefinition {
  /** Name on the command line and of the file: `gpt2-figure1`. */
  id: string;
  title: string;
  /** Authors, paper, year, number of the figure. */
  source: string;
  notes: string[];
  panels: PanelDefinition[];
}

/** The folder that comes with the package; from src/ and from dist/ it is equally far. */
const figuresFolder = fileURLToPath(new URL('../../../experiments/figures/', import.meta.url));

const axisShape = object<PublishedAxis>(
  { label: text, scale: oneOf('linear', 'log'), from: optional(number), to: optional(number) },
  { exact: true },
);

const definitionShape = object<FigureDefinition>(
  {
    id: text,
    title: text,
    source: text,
    notes: list(text),
    panels: list(
      object<PanelDefinition>(
        {
          id: text,
          title: text,
          quantity: oneOf(...quantities),
          x: axisShape,
          y: axisShape,
          published: list(
            object<PublishedSeries>(
              {
                label: text,
                source: text,
                points: list(
                  object<PublishedPoint>(
                    {
                      model: optional(text),
                      x: optional(number),
                      y: printedNumber,
                      reading: oneOf('printed', 'by eye'),
                    },
                    { exact: true },
                  ),
                  1,
                ),
              },
              { exact: true },
            ),
          ),
          lines: list(
            object<PublishedLine>({ label: text, y: printedNumber, source: text }, { exact: true }),
          ),
          ours: list(
            object<OwnSeries>(
              { label: text, task: text, metric: text, variant: optional(dictionary(text)) },
              { exact: true },
            ),
          ),
        },
        { exact: true },
      ),
      1,
    ),
  },
  { exact: true },
);

/** Names of all published figures. */
export async function figureIds(folder = figuresFolder): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** The published figure of that name. Throws UsageError for an unknown name, DataError for a malformed file. */
export async function readFigureDefinition(id: string, folder = figuresFolder): Promise<FigureDefinition> {
  const ids = await figureIds(folder);
  if (!ids.includes(id)) {
    throw new UnknownNameError(
      'figure',
      id,
      ids,
      `There are: ${ids.join(', ')}; or name the journal of a training run.`,
    );
  }
  const file = join(folder, `${id}.json`);
  const value = await readJsonFile(file);
  const definition = checkShape(definitionShape, value, file, 'the figure is malformed.');
  checkPlaces(definition, file, id);
  return definition;
}

function checkPlaces({ id, panels }: FigureDefinition, file: string, expected: string): void {
  const refuse = (at: string, problem: string): never => {
    throw new DataError({ file, at, problem });
  };
  if (id !== expected) refuse('id', `it differs from the name of the file, ${expected}.`);
  panels.forEach(({ published, x: axis }, panel) => {
    published.forEach(({ points }, series) => {
      points.forEach(({ model, x }, point) => {
        const at = `panels[${panel}].published[${series}].points[${point}]`;
        if ((model === undefined) === (x === undefined)) refuse(at, 'it must have either model or x.');
        if (x !== undefined && axis.scale === 'log' && x <= 0)
          refuse(`${at}.x`, 'a logarithmic axis has no such place.');
        if (model !== undefined && findRegisteredModel(model)?.name !== model) {
          refuse(`${at}.model`, `${model} is not the name of a registered model.`);
        }
      });
    });
  });
}
