/** The folder of a run: which run it belongs to, so that nothing but the same run goes on in it. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.js';
import { writeAtomically, writeFully } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { readJsonObject } from '../files/json-file.js';
import type { ModelConfig } from '../models/config.js';
import { canonicalJson } from '../runs/fingerprint.js';
import type { PretrainSettings, RunLength } from './settings.js';

/** Everything that decides the weights that come out, but for the number of threads and the machine. */
export interface PretrainIdentity {
  config: ModelConfig;
  /** Fingerprint of the tokenizer. */
  tokenizer: string;
  /** sha256 (hex) over the texts. */
  trainingText: string;
  heldOutText: string;
  length: RunLength;
  settings: PretrainSettings;
}

/** What `training/run.json` holds. */
interface RunFile extends RunPlan {
  run: 1;
  identity: PretrainIdentity;
}

/** What was planned when a run began; it stays so however fast the machine is when the run goes on. */
export interface RunPlan {
  totalUpdates: number;
  /** Looks at held-out text on the way and the windows of each, where the time decided that. */
  looks?: { count: number; windows: number };
}

/** The files of a run. `output` itself holds the model. */
export interface RunFolder {
  output: string;
  /** `output`/training: log, states and `run.json`. */
  folder: string;
  logFile: string;
  /** `output`/checkpoints: the models of earlier updates, each in a folder of that number. */
  checkpoints: string;
}

/** The paths below an output folder. */
export function runFolder(output: string): RunFolder {
  const folder = path.join(output, 'training');
  const checkpoints = path.join(output, 'checkpoints');
  return { output, folder, logFile: path.join(folder, 'log.jsonl'), checkpoints };
}

/**
 * The plan of the run that lies in the folder; undefined when there is none. With `fresh` an earlier run is
 * deleted. Makes the folder. Throws UserError when another run is there, or a model that is none of ours.
 */
export async function claimRunFolder(
  { output, folder, checkpoints }: RunFolder,
  identity: PretrainIdentity,
  fresh: boolean,
): Promise<RunPlan | undefined> {
  const file = path.join(folder, 'run.json');
  const known = (await readJsonObject(file)) as RunFile | undefined;
  if (known === undefined && (await holdsModel(output))) {
    throw new UserError(`${output} holds a model that was not trained there.`, {
      hint: 'Name another folder with --output.',
    });
  }
  if (known !== undefined && fresh) {
    for (const old of [checkpoints, folder]) await rm(old, { recursive: true, force: true });
  }
  await makeFolder(folder);
  if (known === undefined || fresh) return undefined;
  const differences =
    known.run === 1 ? differencesOf(known.identity, identity) : ['the version of this tool'];
  if (differences.length > 0) {
    throw new UserError(`${output} holds another run; different are: ${differences.join('; ')}.`, {
      hint: 'Repeat its settings to go on with it, name another --output, or start again with --fresh.',
    });
  }
  return known;
}

/** Writes down which run this is, once its plan is made. */
export async function recordRun(
  { folder }: RunFolder,
  identity: PretrainIdentity,
  plan: RunPlan,
): Promise<void> {
  const content: RunFile = { run: 1, identity, ...plan };
  await writeAtomically(path.join(folder, 'run.json'), (handle) =>
    writeFully(handle, Buffer.from(`${JSON.stringify(content, null, 2)}\n`)),
  );
}

async function holdsModel(output: string): Promise<boolean> {
  const names = await readdir(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.some((name) => name.endsWith('.safetensors') || ['config.json', 'checkpoints'].includes(name));
}

/** `batch 16 there, 8 here`, for each value that is not the same. */
function differencesOf(there: PretrainIdentity, here: PretrainIdentity): string[] {
  const before = new Map(leaves(there));
  const after = new Map(leaves(here));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key} ${before.get(key) ?? 'not given'} there, ${after.get(key) ?? 'not given'} here`);
}

function leaves(identity: PretrainIdentity): [key: string, value: string][] {
  const { config, settings, length, ...texts } = identity;
  const hashes = Object.entries(texts).map(([key, hash]): [string, string] => [key, hash.slice(0, 12)]);
  return [...Object.entries({ ...config, ...settings, ...length })]
    .map(([key, value]): [string, string] => [key, canonicalJson(value)])
    .concat(hashes);
}
