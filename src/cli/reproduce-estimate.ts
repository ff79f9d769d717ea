/** How long the steps of a plan will take, from the speed of their models on this machine, measured just before. */
import { type Activity, activities, type MeasuredSpeed, measureSpeed } from '../bench/speeds.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { loadDataset } from '../datasets/load.js';
import { UserError } from '../errors.js';
import type { CommandContext } from './context.js';
import { flagValue, neededData, type Step } from './reproduce-steps.js';

/** What a step will take; empty where nothing was measured that it could be told from. */
export interface Estimate {
  seconds?: number;
  /** Memory of the whole process. */
  bytes?: number;
}

/** Estimates in the order of the steps. Each model is timed once for each thing it does. */
export async function estimateSteps(
  steps: readonly Step[],
  threads: number,
  { line, signal, env }: CommandContext,
): Promise<Estimate[]> {
  const measured = new Map<string, MeasuredSpeed>();
  const speedOf = async (model: string, activity: Activity): Promise<MeasuredSpeed | undefined> => {
    const key = `${model} ${activity}`;
    if (!measured.has(key)) {
      line.update(`timing ${model}, tokens ${activity}`);
      const checkpoint = await openCheckpoint(packagedModels().get(model)!);
      if (checkpoint.kind !== 'weights') return undefined;
      measured.set(key, await measureSpeed(checkpoint, activity, { threads, signal }));
    }
    return measured.get(key);
  };
  const estimates: Estimate[] = [];
  for (const step of steps) {
    if (step.isThere || step.missing !== undefined) estimates.push({});
    else estimates.push(await estimate(step, speedOf, env));
  }
  line.clear();
  return estimates;
}

async function estimate(
  step: Step,
  speedOf: (model: string, activity: Activity) => Promise<MeasuredSpeed | undefined>,
  env: NodeJS.ProcessEnv,
): Promise<Estimate> {
  const share = (await rowsHere(step, env)) / step.work.rows;
  let [seconds, bytes, known] = [0, 0, false];
  for (const activity of activities) {
    const tokens = step.work[activity];
    if (tokens === undefined) continue;
    const speed = await speedOf(timedModel(step), activity);
    if (speed === undefined) return {};
    seconds += speed.openSeconds + (share * tokens) / speed.tokensPerSecond;
    bytes = Math.max(bytes, speed.residentBytes);
    known = true;
  }
  return known ? { seconds, bytes } : {};
}

/** The model itself, or where it is yet to be trained one of the same size, the largest of the family. */
function timedModel({ model, command }: Step): string {
  const packaged = packagedModels();
  if (model !== undefined && packaged.has(model)) return model;
  return command === 'pretrain' && model === undefined ? 'mini-gpt2-2x64' : 'tiny';
}

/** Rows that it will work on: those of the data at hand, up to its limit; what the plan counted where it cannot be read yet. */
async function rowsHere({ task, words, work, command }: Step, env: NodeJS.ProcessEnv): Promise<number> {
  if (task === undefined || command === 'overlap') return work.rows;
  const fetch = () => Promise.reject(new UserError('an estimate fetches nothing'));
  const data = flagValue(words, 'dev-data') ?? flagValue(words, 'data');
  try {
    const { rows } = await loadDataset(neededData(task).at(-1)!, { data, dataDir: env.GPT_DATA_DIR, fetch });
    return Math.min(rows.length, Number(flagValue(words, 'limit') ?? rows.length));
  } catch (error) {
    if (error instanceof UserError) return work.rows;
    throw error;
  }
}
