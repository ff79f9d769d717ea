/**
 * What was asked of the models, for a report. Journals keep a hash of it only, so the data is read again, and a prompt is shown
 * where it has that very hash: never one that is merely likely.
 */
import { existsSync } from 'node:fs';
import type { Dataset, HubLocation, LoadedDataset } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load.js';
import { UserError } from '../errors.js';
import { inputHash } from '../evaluation/work.js';
import { findCached } from '../hub/cache.js';
import type { AddPrompts } from '../reports/page/read-runs.js';
import type { Result } from '../results/result.js';
import type { RunIdentity } from '../runs/fingerprint.js';
import { createTask, lookUpDefinition } from '../tasks/find.js';
import type { AnyTask, Prompt, RecordBase } from '../tasks/task.js';
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

/** The record with what was asked, first of all; as it is where that cannot be proved by its hash. */
function withPrompts(task: AnyTask, row: unknown, record: RecordBase): object {
  switch (task.kind) {
    case 'loglikelihood': {
      const pairs = task.requests(row).map(({ context, continuation }) => [context, continuation] as const);
      const [first, ...others] = pairs;
      if (inputHash(others.length === 0 ? first : pairs) !== record.input) return record;
      // The mark says where scoring begins; the same text may be there twice with different ones.
      const marked = pairs.map(([context, text]) => (context === '' ? text : `${context}▸${text}`));
      if (others.length > 0) return { texts: marked, ...record };
      return { prompt: first![0], continuation: first![1], ...record };
    }
    case 'choice': {
      const { context, options } = task.request(row);
      const same = inputHash([context, ...options]) === record.input;
      return same ? { prompt: context, options, ...record } : record;
    }
    case 'generate': {
      // Of a dialogue each question is asked after the answers before it, which its record has.
      const { turns } = record as { turns?: { answer: string }[] };
      const answers = turns?.map(({ answer }) => answer) ?? [];
      const prompts = (turns ?? [record]).map((_, turn) => textOf(task.prompt(row, answers.slice(0, turn))));
      if (inputHash(prompts) !== record.input) return record;
      if (turns === undefined) return { prompt: prompts[0], ...record };
      return { ...record, turns: turns.map((turn, place) => ({ prompt: prompts[place], ...turn })) };
    }
    case 'rolling':
      return record;
  }
}

function textOf(prompt: Prompt | undefined): string | undefined {
  return prompt && (prompt.before ?? '') + prompt.cuttable + (prompt.after ?? '');
}
