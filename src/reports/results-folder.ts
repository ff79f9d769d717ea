/** The folder of results: one JSON file per model and task. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic-file.js';
import { readJsonObject } from '../files/json-file.js';
import { explainWriteError } from '../files/space.js';
import { checkShape } from './json-shape.js';
import { RESULT_SCHEMA, type Result, type SweepRecord, withoutQuotes } from './result.js';
import { resultShape } from './result-shape.js';

/**
 * `lambada--gpt2.json`, `lambada--gpt2--limit100.json`, `ptb--gpt2--text-raw.json`, `rte--gpt1--seed-43.json`, `rte--gpt1--seeds-42-43-44.json`: runs whose numbers cannot stand for each other have different
 * names, so that trying the sample or a few examples never replaces the whole run.
 */
export function resultFileName({ task, model, data, settings, finetuning, sweep }: Result): string {
  const parts = [task.name, model.name];
  for (const [option, value] of Object.entries(task.variant ?? {})) parts.push(`${option}-${value}`);
  if (data.source === 'sample') parts.push('sample');
  // The limit is among the settings of a fine-tuning run as well.
  if (finetuning !== undefined) parts.push(...finetuning.changed);
  else if (settings.limit !== null) parts.push(`limit${settings.limit}`);
  if (sweep) parts.push(...sweepParts(sweep));
  return `${parts.map((part) => part.replace(/[^\w.-]+/g, '-')).join('--')}.json`;
}

/** A short name for many layers: which ones exactly is in the file. */
function sweepParts({ setting, runs, seeds }: SweepRecord): string[] {
  const values = runs.map(({ value }) => value);
  if (setting === 'seed') return [`seeds ${values.join('-')}`];
  const layers = `transfer-layers ${values[0]}..${values.at(-1)}`;
  return seeds === undefined ? [layers] : [layers, `seeds ${seeds.join('-')}`];
}

/**
 * Every `*.json` of the folder, in the order of the names; none when there is no such folder. Throws DataError for a
 * file that is no result or one of another schema, UserError when the folder cannot be read.
 */
export async function readResults(folder: string): Promise<Result[]> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith('.json')).sort();
  const results: Result[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const value = await readJsonObject(file);
    // Undefined: the file went away between listing and reading, for instance because it is being replaced by hand.
    if (value !== undefined) results.push(checkResult(value, file));
  }
  return results;
}

/**
 * Writes a result into the folder, which is made if need be, and returns the path. What quotes the data set stays out of it. Nobody ever sees half a file. Throws
 * UserError when the folder cannot be written to.
 */
export async function writeResult(folder: string, result: Result): Promise<string> {
  const file = join(folder, resultFileName(result));
  const shown =
    result.details === undefined ? result : { ...result, details: result.details.map(withoutQuotes) };
  const json = `${JSON.stringify(shown, null, 2)}\n`;
  refuseUnreadable(json, file);
  try {
    await mkdir(folder, { recursive: true });
    await writeAtomically(file, (handle) => handle.writeFile(json));
  } catch (error) {
    throw explainWriteError(error, { path: folder, variable: '--results' });
  }
  return file;
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
  checkShape(resultShape, value, file, 'this is not a result of gpt eval.');
  return value as unknown as Result;
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
