/** `gpt` alone in a terminal: what is on this machine, and what to do next. */
import { totalmem } from 'node:os';
import { packagedModels } from '../checkpoints/packaged.js';
import { formatBytes, formatDuration } from '../format.js';
import { type RegisteredModel, registeredModels } from '../models/config.js';
import type { Result } from '../results/result.js';
import { readResults } from '../results/results-folder.js';
import { resolveThreads } from '../runtime/threads.js';
import { allTasks, datasetsOf } from '../tasks/find.js';
import { taskGroups } from '../tasks/index.js';
import { guessSeconds, largestThatFits, scoringMemory } from './capabilities.js';
import { describeEnvironment, toolVersion } from './environment.js';
import { isModelCached, locateDataset } from './local-files.js';

/** Everything that the ten lines are made of. */
export interface Welcome {
  version: string;
  /** Published models in the cache. */
  models: RegisteredModel[];
  /** Tasks all of whose data is here. */
  tasks: string[];
  results: readonly Result[];
  resultsFolder: string;
  memoryBytes: number;
  cores: number;
  /** Of a result of this processor: parameters times tokens a second. */
  measuredSpeed?: number;
}

/** Looks at caches, data and results; nothing is fetched. */
export async function lookAround(resultsFolder: string, env: NodeJS.ProcessEnv): Promise<Welcome> {
  const models: RegisteredModel[] = [];
  for (const model of registeredModels) if (await isModelCached(model, env)) models.push(model);
  const tasks: string[] = [];
  for (const task of allTasks) {
    const places = await Promise.all(datasetsOf(task).map((dataset) => locateDataset(dataset, env)));
    if (places.every((place) => place !== undefined)) tasks.push(task.name);
  }
  const { results } = await readResults(resultsFolder).catch(() => ({ results: [] }));
  const { cpu } = describeEnvironment(0);
  const speeds = results
    .filter(
      ({ environment, finetuning, model }) =>
        environment.cpu === cpu && !finetuning && model.parameters > 1e8,
    )
    .map(({ model, time }) => model.parameters * time.tokensPerSecond);
  return {
    version: toolVersion(),
    models,
    tasks,
    results,
    resultsFolder,
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    cores: resolveThreads(0),
    ...(speeds.length > 0 ? { measuredSpeed: Math.max(...speeds) } : {}),
  };
}

/** About ten lines for a terminal. */
export function renderWelcome(found: Welcome): string {
  const { version, models, tasks, results, resultsFolder, memoryBytes, cores } = found;
  const largest = largestThatFits('gpt2', memoryBytes, scoringMemory);
  const packaged = [...packagedModels().keys()].filter((name) => !name.includes('-'));
  const size = ({ name, downloadBytes }: RegisteredModel) => `${name} (${formatBytes(downloadBytes)})`;
  const [next, what] = nextStep(found);
  const rows: [label: string, text: string][] = [
    ['models here', [...packaged.map((name) => `${name} (comes with gpt)`), ...models.map(size)].join(', ')],
    [
      'data here',
      tasks.length === 0 ? 'hand-written samples of every task' : `${shorten(tasks)}; samples of every task`,
    ],
    [
      'results',
      results.length === 0
        ? `none yet in ${resultsFolder}/`
        : `${results.length} in ${resultsFolder}/: gpt table, gpt results`,
    ],
    [
      'machine',
      `${cores} cores, ${formatBytes(memoryBytes)} of memory: ${largest === undefined ? 'too little for the published models' : `models up to ${largest.name} fit`}`,
    ],
    ['next', `${next}\n${' '.repeat(15)}${what}`],
    ['at once', 'gpt eval lambada --model tiny --data sample   (seconds, no network)'],
    ['to look up', 'gpt --help, gpt tasks, gpt models, gpt doctor'],
  ];
  const lines = rows.map(([label, text]) => `  ${label.padEnd(13)}${text}`);
  return `gpt ${version} re-runs the experiments of the GPT-1 and GPT-2 papers.\n\n${lines.join('\n')}\n`;
}

/** Tokens that whole benchmarks give a GPT-2 to read, of those that are proposed first. */
const TOKENS: Readonly<Record<string, number>> = { ptb: 101_000, wikitext2: 288_000, lambada: 430_000 };

/** The next command and what it takes: to get a model and prove it, to measure what can be measured, to look at the table. */
function nextStep({
  models,
  tasks,
  results,
  cores,
  measuredSpeed,
}: Welcome): [command: string, what: string] {
  const [model] = models;
  if (model === undefined) {
    const gpt2 = registeredModels.find(({ name }) => name === 'gpt2')!;
    return [
      'gpt verify gpt2 --fetch',
      `downloads ${formatBytes(gpt2.downloadBytes)}, then proves in minutes that tool and weights agree with what others published`,
    ];
  }
  const isDone = (task: string) =>
    results.some(
      (result) => result.task.name === task && result.model.name === model.name && result.data.complete,
    );
  const wanted = taskGroups['gpt2-paper']!;
  const open = wanted.filter((task) => !isDone(task));
  const task = open.find((name) => tasks.includes(name)) ?? open[0];
  if (task === undefined)
    return ['gpt table gpt2-table3', `${model.name} has been through every task of the paper`];
  const fetched = tasks.includes(task) ? 'its data is here' : 'fetches its data';
  const tokens = TOKENS[task];
  const time =
    tokens === undefined
      ? ''
      : `, about ${formatDuration(guessSeconds(model.config, tokens, cores, measuredSpeed))} here`;
  return [
    `gpt eval ${task} --model ${model.name}`,
    `${fetched}${time}; "gpt verify ${model.name}" proves the weights first`,
  ];
}

/** Names that fit a line. */
function shorten(names: readonly string[]): string {
  return names.length <= 7
    ? names.join(', ')
    : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;
}
