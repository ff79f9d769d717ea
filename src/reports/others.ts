/** What others measured with the published weights: experiments/answers/others.json, where each such number stands once. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DataError } from '../errors.js';
import { decodeBytes } from '../files/decode.js';
import { parseJson } from '../files/json-file.js';
import {
  checkShape,
  count,
  dictionary,
  list,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../files/json-shape.js';
import { findRegisteredModel } from '../models/config.js';
import { type MetricUnit, metricUnits } from '../results/result.js';

/** One number of somebody else. */
export interface OthersNumber {
  task: string;
  /** Registered name. */
  model: string;
  /** Which of the task's metrics measures the same. */
  metric: string;
  unit: MetricUnit;
  /** As published: `32.56`, `41.98 to 42.01`. */
  value: string;
  setting: string;
  /** How ours is measured in the same way; absent where the setting is not known well enough. */
  run?: {
    /** Options of the task that are not at their default. */
    options: Record<string, string>;
    /** How far ours may lie from it, in the unit of the value. */
    tolerance: number;
    /** Tokens that the model reads. */
    tokens: number;
  };
  source: string;
}

interface OthersFile {
  note: string;
  measured: OthersNumber[];
}

const shape = object<OthersFile>(
  {
    note: text,
    measured: list(
      object<OthersNumber>(
        {
          task: text,
          model: text,
          metric: text,
          unit: oneOf(...metricUnits),
          value: text,
          setting: text,
          run: optional(
            object<NonNullable<OthersNumber['run']>>(
              { options: dictionary(text), tolerance: number, tokens: count },
              { exact: true },
            ),
          ),
          source: text,
        },
        { exact: true },
      ),
    ),
  },
  { exact: true },
);

/** The file that comes with the package; from src/ and from dist/ it is equally far. */
const othersFile = fileURLToPath(new URL('../../experiments/answers/others.json', import.meta.url));

/** All of them, in the order of the file. Throws DataError for a malformed file. */
export function readOthers(file = othersFile): OthersNumber[] {
  const value = parseJson(decodeBytes(readFileSync(file), file), file);
  const { measured } = checkShape(shape, value, file, 'the numbers of others are malformed.');
  measured.forEach(({ model, run, value: printed }, place) => {
    const at = `measured[${place}]`;
    if (findRegisteredModel(model)?.name !== model)
      throw new DataError({ file, at, problem: `${model} is not the name of a registered model.` });
    if (run !== undefined && !Number.isFinite(Number(printed)))
      throw new DataError({ file, at, problem: `${printed} is no number that ours can be held against.` });
  });
  return measured;
}

/** `32.56 %`, `2.23 bits per byte`, `37.37`. */
export function formatOthers({ value, unit }: Pick<OthersNumber, 'value' | 'unit'>): string {
  if (unit === 'percent') return `${value} %`;
  return unit.startsWith('bits') ? `${value} ${unit}` : value;
}
