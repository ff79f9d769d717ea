/** The steps of a plan on this machine: which commands, on which data, and what cannot be done here. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagedModels } from '../checkpoints/packaged.js';
import type { Dataset } from '../datasets/dataset.js';
import { UsageError } from '../errors.js';
import { paperSettings } from '../finetuning/settings.js';
import { type Feeds, readFeeds } from '../reports/feeds.js';
import type { Plan, PlannedExperiment, PlannedModel, Work } from '../reports/plan.js';
import { nearest } from '../suggest.js';
import { allTasks, datasetsOf } from '../tasks/find.js';
import { locateDataset } from './local-files.js';
import { type PreparedText, preparedPath } from './reproduce-texts.js';

/** One command of the plan. */
export interface Step {
  /** For people: `lambada × tiny`. */
  id: string;
  command: 'pretrain' | PlannedExperiment['command'];
  /** Model that it trains or asks. */
  model?: string;
  task?: string;
  /** Words after `gpt`. */
  words: string[];
  data: 'files' | 'sample';
  feeds: Feeds;
  work: Work;
  /** Texts that must be made before. */
  texts: PreparedText[];
  /** Nothing to do: the model comes with the tool. */
  isThere?: true;
  /** Why it cannot be done here. */
  missing?: string;
}

/** Where things are. */
export interface StepOptions {
  quick: boolean;
  /** Folder of real files; absent: samples. */
  dataDir?: string;
  /** Folder of what the run makes beside results. */
  folder: string;
  env: NodeJS.ProcessEnv;
}

const noFeeds: Feeds = { tables: [], figures: [], claims: [] };

/** Every step, models first, in the order of the plan. */
export async function planSteps(plan: Plan, options: StepOptions): Promise<Step[]> {
  const feedsOf = await readFeeds();
  const steps = options.quick
    ? [quickTraining(plan, options)]
    : plan.models.map((model) => trainingStep(model, plan, options));
  const unknown = new Set(steps.filter(({ missing }) => missing !== undefined).map(({ model }) => model));
  for (const experiment of plan.experiments) {
    const group = experiment.models === undefined ? undefined : plan.groups[experiment.models]!;
    const models = group === undefined ? [undefined] : options.quick ? group.quick : group.models;
    const place = await placeOf(experiment, plan, options);
    for (const model of models) {
      const step = experimentStep(experiment, model, place, feedsOf(experiment.task));
      steps.push(unknown.has(model) ? { ...step, missing: `${model} is not here` } : step);
    }
  }
  return steps;
}

/** The steps of that table, figure, claim, task, command or model. Throws UsageError with the nearest name where there are none. */
export function pickSteps(steps: readonly Step[], only: readonly string[]): Step[] {
  const namesOf = ({ command, model, task, feeds }: Step) => [
    ...[command, ...(model === undefined ? [] : [model]), ...(task === undefined ? [] : [task])],
    ...[...feeds.tables, ...feeds.figures, ...feeds.claims],
  ];
  for (const name of only) {
    const known = new Set(steps.flatMap(namesOf));
    if (known.has(name)) continue;
    const guess = nearest(name, known);
    throw new UsageError(`--only ${name}: no step of the plan is of or for that.`, {
      hint:
        guess === undefined
          ? 'Name a table, a figure, a claim, a task or a model.'
          : `Did you mean ${guess}?`,
    });
  }
  return steps.filter((step) => only.length === 0 || namesOf(step).some((name) => only.includes(name)));
}

function trainingStep(
  { name, flags, work }: PlannedModel,
  plan: Plan,
  { dataDir, folder }: StepOptions,
): Step {
  const text = dataDir === undefined ? undefined : path.join(dataDir, plan.training.text);
  const common = { id: `training of ${name}`, command: 'pretrain' as const, model: name, feeds: noFeeds };
  const step: Step = {
    ...{ ...common, data: 'files', work, texts: [] },
    words: [
      ...['pretrain', text ?? plan.training.text, `--output=${path.join(folder, 'models', name)}`],
      ...[...plan.training.flags, ...flags].map(withModels),
      ...['--hold-out', ...plan.heldOut],
    ],
  };
  if (packagedModels().has(name)) return { ...step, isThere: true };
  if (text !== undefined && existsSync(text)) return step;
  return { ...step, missing: `its training text, ${plan.training.text}/, is not in the folder of data` };
}

const samplesFolder = fileURLToPath(new URL('../../samples/', import.meta.url));

/** Shows that training works. Nothing is asked of a model that read so little. */
function quickTraining({ quickTraining: { sample, flags, work } }: Plan, { folder }: StepOptions): Step {
  const output = `--output=${path.join(folder, 'models', 'quick')}`;
  return {
    ...{ id: 'training for a moment', command: 'pretrain', feeds: noFeeds, data: 'sample', work, texts: [] },
    words: ['pretrain', path.join(samplesFolder, sample), output, ...flags.map(withModels)],
  };
}

/** `@tiny` behind a flag is the folder of that model. */
function withModels(flag: string): string {
  return flag.replace(/=@([\w-]+)$/, (_, name: string) => `=${packagedModels().get(name) ?? name}`);
}

/** Where the data of an experiment is: flags that say so, and texts to be made. */
type Place =
  | { data: 'files'; flags: string[]; texts: PreparedText[] }
  | { data: 'sample' }
  | { missing: string };

async function placeOf(
  { task, files, command }: PlannedExperiment,
  plan: Plan,
  { quick, dataDir, folder, env }: StepOptions,
): Promise<Place> {
  // Texts of one's own have no sample.
  const without: Place = command === 'overlap' ? { missing: 'its texts are not here' } : { data: 'sample' };
  if (quick) return without;
  if (files === undefined) {
    const found = await Promise.all(neededData(task).map((dataset) => locateDataset(dataset, env)));
    return found.includes(undefined) ? without : { data: 'files', flags: [], texts: [] };
  }
  if (dataDir === undefined) return without;
  const texts: PreparedText[] = [];
  const flags: string[] = [];
  for (const [flag, file] of Object.entries(files)) {
    const isPrepared = file.startsWith('@');
    if (isPrepared) texts.push(file as PreparedText);
    const needed = path.join(dataDir, isPrepared ? plan.training.text : file);
    if (!existsSync(needed)) return without;
    flags.push(`${flag}=${isPrepared ? preparedPath(file as PreparedText, folder) : needed}`);
  }
  return { data: 'files', flags, texts };
}

/** The data sets that a task cannot do without; the one it is measured on comes last. */
export function neededData(task: string): Dataset<unknown>[] {
  const found = allTasks.find(({ name }) => name === task);
  if (found === undefined) throw new RangeError(`there is no task ${task}`);
  return 'dataset' in found ? datasetsOf(found) : [found.train, found.dev];
}

function experimentStep(
  { command, task, flags = [], whole = [], sample = [], work }: PlannedExperiment,
  model: string | undefined,
  place: Place,
  feeds: Feeds,
): Step {
  const shown = flags.filter((flag) => !/^--(lr|dataset)=/.test(flag)).map((flag) => flag.replace(/^--/, ''));
  const ofPlace =
    'missing' in place
      ? []
      : place.data === 'sample'
        ? ['--data=sample', ...sample]
        : [...place.flags, ...whole];
  const asked = model === undefined ? [] : [`--model=${model}`];
  const name = [task, ...shown.map((flag) => flag.replace('=', ' '))].join(', ');
  return {
    id: model === undefined ? name : `${name} × ${model}`,
    ...{ command, task, feeds, ...(model !== undefined && { model }) },
    work: ofPlace.includes('--data=sample') ? onSample(work, whole, sample) : work,
    words: [command, ...(command === 'overlap' ? [] : [task]), ...asked, ...flags, ...ofPlace],
    data: 'data' in place ? place.data : 'files',
    texts: 'texts' in place ? place.texts : [],
    ...('missing' in place && { missing: place.missing }),
  };
}

/** The work was counted over all seeds and epochs, of which a sample gets fewer. */
function onSample(work: Work, whole: readonly string[], sample: readonly string[]): Work {
  const seeds = flagValue(whole, 'seeds')?.split(',').length ?? 1;
  const epochs = Number(flagValue(sample, 'epochs') ?? paperSettings.epochs) / paperSettings.epochs;
  return work.trained === undefined ? work : { ...work, trained: (work.trained * epochs) / seeds };
}

/** The value of `--name=value` among words of a command. */
export function flagValue(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
}
