import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';
import { unreadable } from '../files/unreadable.js';
import type { Dataset, HubLocation, LoadedDataset } from './dataset.js';

/** Where to look for a data set. */
export interface DataOptions {
  /** `--data`: a file, a folder, or `sample`. */
  data?: string;
  /** `GPT_DATA_DIR`: a folder with a folder for each data set. */
  dataDir?: string;
  /** Fetches a file from the hub (or its cache) and returns its path. */
  fetch: (location: HubLocation) => Promise<string>;
}

/** The files of a data set in one of its published forms. */
export interface FoundForm {
  /** What `read` gets: absolute paths, a folder as the sorted files in it. */
  files: string[];
  /** Path of the file or folder; of several, the folder that holds them. */
  path: string;
  /** Base name of the file; of several, joined with ` + `; of a folder, its name with `/`. */
  shown: string;
}

/** A form, and how it was come by. */
export interface Located extends FoundForm {
  source: LoadedDataset<unknown>['source'];
  /** True when the user pointed at these very files. */
  named: boolean;
}

/** Everything that finding a data set needs to know of it. */
type Published = Pick<Dataset<unknown>, 'name' | 'folder' | 'files' | 'hub' | 'home' | 'sample' | 'source'>;

/** A file name, a folder name that ends in `/`, or several that belong together. */
type Form = string | readonly string[];

/** Finds a data set: `--data`, then `GPT_DATA_DIR`, then the hub's cache and the hub. Throws UserError where it is not. */
export async function locate(dataset: Published, options: DataOptions): Promise<Located> {
  const { dataDir } = options;
  const data = options.data ?? dataset.home;
  if (data === 'sample') {
    if (dataset.sample.length === 0) throw new UserError(`${dataset.name} has no sample.`);
    const found = await findForm(samplesFolder, dataset.sample);
    if ('missing' in found) throw new Error(`samples/${found.missing} does not exist`);
    return { ...found, source: 'sample', named: true };
  }
  if (data !== undefined) return { ...(await locateNamed(dataset, data)), source: 'file' };
  if (dataDir !== undefined && dataDir !== '') {
    const found = await findIn([path.join(dataDir, dataset.folder)], dataset);
    if (found !== undefined) return { ...found, source: 'file', named: false };
  }
  return { ...(await fetchForm(dataset, options)), source: 'hub', named: false };
}

/** The data set's files below GPT_DATA_DIR, or undefined when none or not all of them are there. */
export async function findInDataDir(dataset: Published, dataDir?: string): Promise<FoundForm | undefined> {
  if (dataDir === undefined || dataDir === '') return undefined;
  for (const form of dataset.files) {
    const found = await findForm(path.join(dataDir, dataset.folder), form);
    if (!('missing' in found)) return found;
  }
  return undefined;
}

const samplesFolder = fileURLToPath(new URL('../../samples/', import.meta.url));

/** What `--data` names: a file, a file of several that belong together, a folder that is the data, or one that holds it. */
async function locateNamed(dataset: Published, data: string): Promise<FoundForm & { named: boolean }> {
  const kind = await kindOf(data);
  if (kind === undefined) throw nothingThere(dataset, data, 'does not exist');
  const absolute = path.resolve(data);
  const parts = partsOfForms(dataset, kind === 'file' ? absolute : `${absolute}/`);
  let partial: { root: string; found: Incomplete } | undefined;
  for (const { root, form } of parts) {
    const found = await findForm(root, form);
    if (!('missing' in found)) return { ...found, named: true };
    partial ??= { root, found };
  }
  if (partial !== undefined) throw incomplete(dataset, partial.root, partial.found);
  if (kind === 'file') return { files: [absolute], path: data, shown: path.basename(data), named: true };
  const found = await findIn([data, path.join(data, dataset.folder)], dataset);
  if (found !== undefined) return { ...found, named: false };
  // Data that is published as a folder may be kept under any name, but only files say that this is one.
  const isFolderForm = dataset.files.some((form) => typeof form === 'string' && form.endsWith('/'));
  if (isFolderForm && (await holdsFiles(data))) {
    const shown = `${path.basename(absolute)}/`;
    return { files: await listFiles(data), path: data, shown, named: true };
  }
  throw nothingThere(dataset, data, `holds no ${dataset.files.map(formName).join(' or ')}`);
}

/** The published forms of several files, or of a folder, that a path is a part of; none where it is one by itself. */
function partsOfForms(dataset: Published, absolute: string): { root: string; form: Form }[] {
  const posix = absolute.replaceAll(path.sep, '/');
  const isEnd = (name: string) => posix.endsWith(`/${name}`);
  const isFile = (form: Form) => typeof form === 'string' && !form.endsWith('/');
  if (dataset.files.some((form) => isFile(form) && isEnd(form as string))) return [];
  return dataset.files.flatMap((form) => {
    const part = isFile(form) ? undefined : [form].flat().find(isEnd);
    return part === undefined ? [] : [{ root: absolute.slice(0, -part.length), form }];
  });
}

/** The first form that one of the folders holds. Throws UserError when there is none but a part of one. */
async function findIn(folders: readonly string[], dataset: Published): Promise<FoundForm | undefined> {
  let partial: { folder: string; found: Incomplete } | undefined;
  for (const folder of folders) {
    for (const form of dataset.files) {
      const found = await findForm(folder, form);
      if (!('missing' in found)) return found;
      if (found.present.length > 0) partial ??= { folder, found };
    }
  }
  if (partial !== undefined) throw incomplete(dataset, partial.folder, partial.found);
  return undefined;
}

interface Incomplete {
  missing: string[];
  present: string[];
}

async function findForm(folder: string, form: Form): Promise<FoundForm | Incomplete> {
  const names = [form].flat();
  const there = await Promise.all(names.map((name) => isThere(path.join(folder, name), name)));
  const missing = names.filter((_, index) => !there[index]);
  if (missing.length > 0) return { missing, present: names.filter((_, index) => there[index]) };
  const lists = names.map((name) => {
    const full = path.resolve(folder, name);
    return name.endsWith('/') ? listFiles(full) : [full];
  });
  return {
    files: (await Promise.all(lists)).flat(),
    path: names.length === 1 ? path.join(folder, names[0]!) : folder,
    shown: names.map((name) => path.basename(name) + (name.endsWith('/') ? '/' : '')).join(' + '),
  };
}

async function isThere(full: string, name: string): Promise<boolean> {
  return (await kindOf(full)) === (name.endsWith('/') ? 'folder' : 'file');
}

async function fetchForm(dataset: Published, { fetch }: DataOptions): Promise<FoundForm> {
  const files: string[] = [];
  for (const location of hubLocations(dataset)) files.push(await fetch(location));
  return {
    files,
    path: files.length === 1 ? files[0]! : path.dirname(files[0]!),
    shown: files.map((file) => path.basename(file)).join(' + '),
  };
}

/** The hub's files of a data set, in the order that `read` wants. Throws UserError, saying where to ask, where there are none. */
export function hubLocations(dataset: Published): readonly HubLocation[] {
  if (dataset.hub !== undefined) return [dataset.hub].flat();
  const names = dataset.files.map(formName).join(' or ');
  throw new UserError(`${dataset.name} is not on the hub.`, {
    hint:
      `Get it from ${dataset.source}, then pass --data with ${names} or the folder that holds it, ` +
      `or put it under GPT_DATA_DIR/${dataset.folder}. "--data sample" runs on the sample that comes with the tool.`,
  });
}

/** All files below a folder, sorted by code units, without hidden ones. */
async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
    return files.map((entry) => path.resolve(entry.parentPath, entry.name)).sort();
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

async function holdsFiles(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.some((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
}

async function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

const formName = (form: Form) => [form].flat().join(' with ');

function nothingThere(dataset: Published, data: string, problem: string): UserError {
  const what = dataset.files.some((form) => typeof form !== 'string') ? 'file or files' : 'file';
  return new UserError(`${data} ${problem}.`, {
    hint: `Pass the ${what} of ${dataset.name} (${dataset.source}), its folder, or "sample" for the one that comes with the tool.`,
  });
}

function incomplete(dataset: Published, folder: string, { missing, present }: Incomplete): UserError {
  return new UserError(
    `${dataset.name} needs several files, and ${missing.join(' and ')} is not in ${folder} beside ${present.join(' and ')}.`,
    { hint: `Put it there, or pass another form with --data: ${dataset.files.map(formName).join(' or ')}.` },
  );
}
