/** Every experiment of both papers for the family of small models, as data (experiments/mini.json): what `gpt reproduce` runs. */
import { fileURLToPath } from 'node:url';
import { DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import { checkShape, count, dictionary, list, object, oneOf, optional, text } from '../files/json-shape.js';

/** How much there is to do, counted in a run. It grows with the rows; of a data set that is not at hand it was counted on the sample. */
export interface Work {
  /** Rows of the data it was counted on; of a training its updates. */
  rows: number;
  /** Tokens that were read as a context alone. */
  read?: number;
  /** Tokens whose probabilities were asked for. */
  asked?: number;
  /** Tokens that were written. */
  written?: number;
  /** Tokens of all updates, and of measuring between them. */
  trained?: number;
}

/** How a model of the family is made: flags of `gpt pretrain` beside the shared ones. */
export interface PlannedModel {
  name: string;
  flags: string[];
  work: Work;
}

/** One command for each of the models of a group. */
export interface PlannedExperiment {
  command: 'eval' | 'finetune' | 'overlap';
  /** The task of its results. */
  task: string;
  /** Group of models; absent where no model has a part in it. */
  models?: string;
  /** Flags in any case, on real files alone, and on the sample alone. */
  flags?: string[];
  whole?: string[];
  sample?: string[];
  /**
   * Flags whose value is a path below the folder of data (ends in `/`: a folder), or texts made from it: `@held-out`. Absent: the data
   * set is looked for under its published name.
   */
  files?: Record<string, string>;
  work: Work;
}

/** The plan. `@tiny` among the flags stands for the folder of that model. */
export interface Plan {
  title: string;
  /** Books that no model of the family has read, below the folder of the training text. */
  heldOut: string[];
  training: { text: string; flags: string[] };
  /** A training to be looked at rather than used: of `--quick`, on a sample. */
  quickTraining: { sample: string; flags: string[]; work: Work };
  models: PlannedModel[];
  /** From the smallest to the largest; `quick` are those of `--quick`. */
  groups: Record<string, { models: string[]; quick: string[] }>;
  experiments: PlannedExperiment[];
}

const planFile = fileURLToPath(new URL('../../experiments/mini.json', import.meta.url));

const flags = list(text);
const work = object<Work>(
  {
    rows: count,
    read: optional(count),
    asked: optional(count),
    written: optional(count),
    trained: optional(count),
  },
  { exact: true },
);
const planShape = object<Plan>(
  {
    title: text,
    heldOut: list(text, 1),
    training: object<Plan['training']>({ text, flags }, { exact: true }),
    quickTraining: object<Plan['quickTraining']>({ sample: text, flags, work }, { exact: true }),
    models: list(object<PlannedModel>({ name: text, flags, work }, { exact: true }), 1),
    groups: dictionary(
      object<Plan['groups'][string]>({ models: list(text, 1), quick: list(text, 1) }, { exact: true }),
    ),
    experiments: list(
      object<PlannedExperiment>(
        {
          ...{ command: oneOf('eval', 'finetune', 'overlap'), task: text, models: optional(text), work },
          ...{ flags: optional(flags), whole: optional(flags), sample: optional(flags) },
          files: optional(dictionary(text)),
        },
        { exact: true },
      ),
      1,
    ),
  },
  { exact: true },
);

/** The plan of that file. Throws DataError for a malformed one, and for a model or group that it does not have. */
export async function readPlan(file = planFile): Promise<Plan> {
  const value = await readJsonFile(file);
  const plan = checkShape(planShape, value, file, 'the plan is malformed.');
  const known = new Set(plan.models.map(({ name }) => name));
  for (const [group, { models, quick }] of Object.entries(plan.groups)) {
    const unknown = [...models, ...quick].find((name) => !known.has(name));
    if (unknown !== undefined)
      throw new DataError({ file, at: `groups.${group}`, problem: `the plan has no model ${unknown}.` });
  }
  plan.experiments.forEach(({ models, task }, place) => {
    if (models === undefined || Object.hasOwn(plan.groups, models)) return;
    throw new DataError({ file, at: `experiments[${place}]`, problem: `${task}: no group ${models}.` });
  });
  return plan;
}
