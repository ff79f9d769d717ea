/**
 * What was asked of the models, for a report. Journals keep a hash of it only, so the data is read again, and a prompt is shown
 * where it has that very hash: never one that is merely likely.
 */
import { existsSync } from 'node:fs';
import type { Dataset, HubLocation, LoadedDataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import { UserError } from '../errors.js';
import { withPrompts } from '../evaluation/with-texts.js';
import { findCached } from '../hub/cache.js';
import type { AddPrompts } from '../reports/page/read-runs.js';
import type { Result } from '../results/result.js';
import type { RunIdentity } from '../runs/fingerprint.js';
import { createTask, lookUpDefinition } from '../tasks/find.js';
import type { AnyTask } from '../tasks/task.js';
import { recordedDataPath } from './rerun.js';

/**
 * Adds prompts to the records of evaluations, as far as their data is on this machine: a sample, the file of the command, GPT_DATA_DIR or
 * the hub's cache; nothing is fetched. `note` is told why a run has none.
 */
export function promptReader(
  results: readonly Result[],
  env: NodeJS.ProcessEnv,
  note: (sentence: string) => void,
): AddPrompts {
  return async ({ identity, fingerprint }, records) => {
    const task = taskOf(identity);
    // Windows of a long text are no prompts of their own.
    if (task?.kind === 'rolling') return [...records];
    const result = results.find((one) => one.fingerprint === fingerprint);
    try {
      if (task === undefined) throw new UserError('this version asks it in another way.');
      const { rows, sha256 } = await readAgain(task.dataset, identity, result?.command, env);
      if (sha256 !== identity.data.sha256) throw new UserError('the data found here is other data.');
      return records.map((record) => withPrompts(task, rows[record.index], record));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      note(`Prompts of ${identity.task.name}, ${identity.model.name}: ${error.message}`);
      return [...records];
    }
  };
}

/** The task as it was asked; undefined when this version asks it in another way, or no longer. */
function taskOf({ task: { name, version, variant } }: RunIdentity): AnyTask | undefined {
  const definition = lookUpDefinition(name);
  const task = definition && createTask(definition, variant);
  return task?.version === version ? task : undefined;
}

function readAgain(
  dataset: Dataset<unknown>,
  { data: { source } }: RunIdentity,
  command: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<LoadedDataset<unknown>> {
  const named = command === undefined ? undefined : recordedDataPath(command);
  const fetch = async (location: HubLocation) => {
    const file = await findCached({ ...location, type: 'dataset' }, env);
    if (file === undefined) throw new UserError(`${dataset.name} is not on this machine.`);
    return file;
  };
  const data = source === 'sample' ? 'sample' : named !== undefined && existsSync(named) ? named : undefined;
  return loadDataset(dataset, { data, dataDir: env.GPT_DATA_DIR, fetch });
}
