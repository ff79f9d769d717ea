/** Computes results again, as far as models and data are on this machine, into a folder of its own. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { packagedModels } from '../checkpoints/packaged.js';
import { InterruptedError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { explainWriteError } from '../files/space.js';
import { formatDuration } from '../format.js';
import { findRegisteredModel } from '../models/config.js';
import type { Result } from '../results/result.js';
import { resultFileName } from '../results/results-folder.js';
import { allTasks, commandOf, datasetsOf } from '../tasks/find.js';
import type { RunCommand } from './command.js';
import { findText } from './data-paths.js';
import { isModelCached, locateDataset } from './local-files.js';
import type { Output } from './output.js';
import { isOverlap, recordedDataPath, recordedTexts, rerunWords } from './rerun.js';

/** Folder, below one of results, of the results on the hand-written samples. */
export const SAMPLES_FOLDER = 'samples';

/** The model that samples are computed with: the only one that is always there. */
const SAMPLE_MODEL = 'tiny';

/** One command to be run. */
interface RecomputeJob {
  /** For people: the name of the result's file, or the task of a sample. */
  name: string;
  /** Words after `gpt`, without the folder of results. */
  words: string[];
  folder: string;
}

/** What can be computed here, and why the rest cannot. */
export interface RecomputePlan {
  jobs: RecomputeJob[];
  skipped: { name: string; reason: string }[];
}

/**
 * The commands that give all committed results once more, and every task on its sample. Those whose model or data would have
 * to be fetched are left out: checking numbers should not cost gigabytes. So are those that took more than `longest` minutes.
 */
export async function planRecompute(
  results: readonly Result[],
  target: string,
  env: NodeJS.ProcessEnv,
  longest = Infinity,
): Promise<RecomputePlan> {
  const plan: RecomputePlan = { jobs: [], skipped: [] };
  for (const task of allTasks) {
    const command = commandOf(task);
    // Once through a sample shows that training still gives the same: more would only take longer.
    const short = command === 'finetune' ? ['--epochs=1'] : [];
    plan.jobs.push({
      name: `${task.name} on its sample`,
      words: [command, task.name, `--model=${SAMPLE_MODEL}`, '--data=sample', ...short],
      folder: path.join(target, SAMPLES_FOLDER),
    });
  }
  for (const result of results) {
    const name = resultFileName(result);
    const { scoringSeconds } = result.time;
    if (scoringSeconds > 60 * longest) {
      plan.skipped.push({ name, reason: `it took ${formatDuration(scoringSeconds)} (--longest ${longest})` });
      continue;
    }
    const found = await findInputs(result, env);
    const words = 'reason' in found ? undefined : rerunWords(result, found.dataPath);
    if (words !== undefined) plan.jobs.push({ name, words, folder: target });
    else plan.skipped.push({ name, reason: 'reason' in found ? found.reason : 'its dictionary is not here' });
  }
  return plan;
}

async function findInputs(
  result: Result,
  env: NodeJS.ProcessEnv,
): Promise<{ dataPath?: string } | { reason: string }> {
  const { task, model, data, command } = result;
  if (isOverlap(result)) {
    const missing = recordedTexts(command).find((text) => !existsSync(findText(text, env)));
    return missing === undefined ? {} : { reason: `${missing} is not on this machine` };
  }
  const definition = allTasks.find(({ name }) => name === task.name);
  if (definition === undefined) return { reason: `there is no task ${task.name} any more` };
  const registered = findRegisteredModel(model.name);
  const hasModel =
    model.format === 'none' ||
    packagedModels().has(model.name) ||
    (registered === undefined ? existsSync(model.name) : await isModelCached(registered, env));
  if (!hasModel) return { reason: `${model.name} is not on this machine` };
  if (data.source === 'sample') return {};
  const dataPath = recordedDataPath(command);
  if (dataPath !== undefined && existsSync(dataPath)) return { dataPath };
  for (const dataset of datasetsOf(definition)) {
    if ((await locateDataset(dataset, env)) === undefined) {
      return {
        reason: `${dataset.name} is not on this machine (GPT_DATA_DIR, or "gpt download ${task.name}")`,
      };
    }
  }
  return {};
}

/** Written while a run is under way: what is in the folder then is of this run, and it can be gone on with. */
const MARKER = 'recompute-under-way.txt';

/**
 * Runs the jobs one after another. A run that was interrupted goes on where it stopped; after one that came to its end everything
 * is computed anew, because answers that are kept would hide a change of the program. One that fails does not keep the others from
 * running. Throws InterruptedError, and UserError when something failed.
 */
export async function recompute(
  { jobs, skipped }: RecomputePlan,
  target: string,
  run: RunCommand,
  output: Output,
): Promise<void> {
  const resumed = await prepareFolder(target);
  if (resumed) output.err(`Going on with the run that was interrupted in ${target}.`);
  for (const { name, reason } of skipped) output.err(`not computed: ${name}: ${reason}.`);
  const failures: string[] = [];
  for (const [place, { name, words, folder }] of jobs.entries()) {
    output.err(`[${place + 1}/${jobs.length}] ${name}: gpt ${words.join(' ')}`);
    try {
      await run([...words, `--results=${folder}`]);
    } catch (error) {
      if (error instanceof InterruptedError) {
        const hint = 'Nothing is lost: run the same command again to go on from here.';
        throw new InterruptedError(`Stopped at ${place + 1} of ${jobs.length}.`, { hint, cause: error });
      }
      if (!(error instanceof UserError)) throw error;
      failures.push(name);
      output.err(`${name}: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
    }
  }
  await Promise.all(
    [target, path.join(target, SAMPLES_FOLDER)].map((folder) =>
      rm(path.join(folder, 'journals'), { recursive: true, force: true }),
    ),
  );
  await rm(path.join(target, MARKER), { force: true });
  if (failures.length > 0) {
    throw new UserError(
      `${failures.length} of ${jobs.length} could not be computed: ${failures.join(', ')}.`,
    );
  }
}

/** Makes the folder and empties it, unless an interrupted run left it. Never empties one that holds anything but results. */
async function prepareFolder(target: string): Promise<boolean> {
  try {
    await makeFolder(path.join(target, SAMPLES_FOLDER));
    const names = await readdir(target);
    if (names.includes(MARKER)) return true;
    const expected = (name: string) => name.endsWith('.json') || ['journals', SAMPLES_FOLDER].includes(name);
    const foreign = names.find((name) => !expected(name));
    if (foreign !== undefined) {
      throw new UserError(`${target} holds something else than results: ${foreign}.`, {
        hint: 'Name a folder of its own: whatever is in it is replaced.',
      });
    }
    for (const name of names) await rm(path.join(target, name), { recursive: true });
    await mkdir(path.join(target, SAMPLES_FOLDER));
    await writeAtomically(path.join(target, MARKER), (handle) =>
      handle.writeFile('gpt results --recompute is at work here, or was interrupted.\n'),
    );
    return false;
  } catch (error) {
    throw explainWriteError(error, { path: target, variable: '--recompute' });
  }
}
