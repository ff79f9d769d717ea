/** The folder of results: one JSON file per model and task. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { makeFolder } from '../files/folder.js';
import { readJsonObject } from '../files/json-file.js';
import { checkShape } from '../files/json-shape.js';
import { explainWriteError } from '../files/space.js';
import { RESULT_SCHEMA, type Result, resultShape, type SweepRecord, withoutQuotes } from './result.js';

/**
 * `lambada--gpt2.json`, `lambada--gpt2--limit100.json`, `lambada--gpt2--data-1a2b3c4d.json`, `ptb--gpt2--text-raw.json`,
 * `rte--gpt1--seed-43.json`, `rte--gpt1--seeds-42-43-44.json`: runs whose numbers cannot stand for each other have different names, so
 * that trying the sample, a few examples or data of one's own never replaces the whole run on the published data.
 */
export function resultFileName({ task, model, data, settings, finetuning, sweep }: Result): string {
  const parts = [task.name, model.name];
  for (const [option, value] of Object.entries(task.variant ?? {})) parts.push(`${option}-${value}`);
  if (data.source === 'sample') parts.push('sample');
  if (data.own) parts.push(`data-${data.sha256.slice(0, 8)}`);
  if (finetuning?.train.own) parts.push(`train-${finetuning.train.sha256.slice(0, 8)}`);
  // The limit is among the settings of a fine-tuning run as well.
  if (finetuning !== undefined) parts.push(...finetuning.changed);
  else if (settings.limit !== null) parts.push(`limit${settings.limit}`);
  if (settings.seed !== undefined && settings.seed !== DEFAULT_SEED) parts.push(`seed-${settings.seed}`);
  if (settings.device !== 'cpu') parts.push(settings.device);
  if (sweep) parts.push(...sweepParts(sweep));
  return `${parts.map((part) => part.replace(/[^\w.-]+/g, '-')).join('--')}.json`;
}

/** Of what a zero-shot task draws, unless `--seed` says otherwise. */
const DEFAULT_SEED = 1;

/** A short name for many layers: which ones exactly is in the file. */
function sweepParts({ setting, runs, seeds }: SweepRecord): string[] {
  const values = runs.map(({ value }) => value);
  if (setting === 'seed') return [`seeds ${values.join('-')}`];
  const layers = `transfer-layers ${values[0]}..${values.at(-1)}`;
  return seeds === undefined ? [layers] : [layers, `seeds ${seeds.join('-')}`];
}

/** What a folder of results holds. */
export interface ReadResults {
  results: Result[];
  /** A problem for each `*.json` that is no result: damaged, of another schema, unreadable, or no file at all. */
  problems: UserError[];
}

/**
 * Every `*.json` of the folder, in the order of the names; none when there is no such folder. A file that is no result does not keep
 * the others from being read. Throws UserError when the folder cannot be read.
 */
export async function readResults(folder: string): Promise<ReadResults> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith('.json')).sort();
  const read: ReadResults = { results: [], problems: [] };
  for (const name of names) {
    const file = join(folder, name);
    try {
      const value = await readJsonObject(file);
      // Undefined: the file went away between listing and reading, for instance because it is being replaced by hand.
      if (value !== undefined) read.results.push(checkResult(value, file));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      read.problems.push(error);
    }
  }
  return read;
}

/** The result in a file. Throws DataError for one that is none, UserError for a file that is not there. */
export async function readResult(file: string): Promise<Result> {
  const value = await readJsonObject(file);
  if (value === undefined) throw new UserError(`There is no file ${file}.`);
  return checkResult(value, file);
}

/** Below the folder of results: what stood under the name of a newer result and came from another run. */
const REPLACED_FOLDER = 'replaced';

/** Where a result was written, and where the one of another run that stood there is now. */
export interface WrittenResult {
  file: string;
  moved?: string;
  /** It is the first in its folder: then the user is told where results are kept. */
  isFirst?: true;
}

/**
 * Writes a result into the folder, which is made if need be. What quotes the data set stays out of it. Nobody ever sees half a file,
 * and no result of another run is lost: one that has the same name and another fingerprint is moved into `replaced/`. Throws
 * UserError when the folder cannot be written to.
 */
export async function writeResult(folder: string, result: Result): Promise<WrittenResult> {
  const file = join(folder, resultFileName(result));
  const shown =
    result.details === undefined ? result : { ...result, details: result.details.map(withoutQuotes) };
  const json = `${JSON.stringify(shown, null, 2)}\n`;
  refuseUnreadable(json, file);
  try {
    await makeFolder(folder);
    const isFirst = !(await readdir(folder)).some((name) => name.endsWith('.json'));
    const moved = await keepOtherRun(folder, file, result.fingerprint);
    await writeAtomically(file, (handle) => handle.writeFile(json));
    return { file, ...(moved === undefined ? {} : { moved }), ...(isFirst ? { isFirst } : {}) };
  } catch (error) {
    throw explainWriteError(error, { path: folder, variable: '--results' });
  }
}

/** Moves what stands there out of the way unless it is of the same run; a file that is no result is kept as well. */
async function keepOtherRun(folder: string, file: string, fingerprint: string): Promise<string | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const other = fingerprintIn(content);
  if (other === fingerprint) return undefined;
  const kept = join(folder, REPLACED_FOLDER);
  await makeFolder(kept);
  const mark = other?.slice(0, 8) ?? createHash('sha256').update(content).digest('hex').slice(0, 8);
  const moved = join(kept, `${basename(file, '.json')}--${mark}.json`);
  await rename(file, moved);
  return moved;
}

function fingerprintIn(content: string): string | undefined {
  try {
    const value = JSON.parse(content) as { fingerprint?: unknown } | null;
    return typeof value?.fingerprint === 'string' ? value.fingerprint : undefined;
  } catch {
    return undefined;
  }
}

/** What a command says about it. */
export function describeWritten({ file, moved, isFirst }: WrittenResult): string {
  if (isFirst) {
    return `Written to ${file}. Results are kept in ${resolve(dirname(file))}; --results or GPT_RESULTS names another folder.`;
  }
  return moved === undefined
    ? `Written to ${file}`
    : `Written to ${file}. What stood there came from another run and is in ${moved} now.`;
}

function checkResult(value: Record<string, unknown>, file: string): Result {
  if (typeof value.schema === 'number' && value.schema !== RESULT_SCHEMA) {
    const command = typeof value.command === 'string' ? ` (${value.command})` : '';
    throw new DataError({
      file,
      at: 'schema',
      problem: 'the result was written by another version of gpt.',
      expected: RESULT_SCHEMA,
      found: value.schema,
      hint: `Use that version, or move the file away and run the evaluation again${command}.`,
    });
  }
  return checkShape(resultShape, value, file, 'this is not a result of gpt eval.');
}

/** A result that could not be read back, such as one with NaN, which JSON cannot spell, is a bug of the evaluation. */
function refuseUnreadable(json: string, file: string): void {
  const value: unknown = JSON.parse(json);
  try {
    checkShape(resultShape, value, file, 'the result is malformed.');
  } catch (error) {
    throw new Error(`a result is not fit to be written: ${(error as Error).message}`, { cause: error });
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        return [];
      case 'ENOTDIR':
        throw new UserError(`${folder} is a file, not a folder of results.`, {
          hint: 'Name the folder with --results.',
        });
      case 'EACCES':
      case 'EPERM':
        throw new UserError(`The folder of results ${folder} cannot be read: permission denied.`, {
          hint: 'Name another folder with --results, or ask for read permission.',
          cause: error,
        });
      default:
        throw error;
    }
  }
}
