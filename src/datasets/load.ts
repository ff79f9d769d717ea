import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, UserError } from '../errors.js';
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

/**
 * Finds and reads a data set: `--data`, then `GPT_DATA_DIR`, then the hub's cache and the hub. A file under its published
 * name must have as many rows as were published; one that the user named may have any number but none.
 */
export async function loadDataset<Row>(
  dataset: Dataset<Row>,
  options: DataOptions,
): Promise<LoadedDataset<Row>> {
  const { file, source, named } = await locate(dataset, options);
  const bytes = await readFile(file);
  const rows = await dataset.parse(bytes, file);
  if (rows.length === 0) {
    throw new DataError({
      file,
      problem: 'the file holds no examples.',
      hint: 'Pass another file with --data.',
    });
  }
  if (source !== 'sample' && !named && rows.length !== dataset.publishedRows) {
    throw new DataError({
      file,
      problem: `this is not the whole ${dataset.name}.`,
      expected: `${dataset.publishedRows} examples`,
      found: rows.length,
      hint: `Fetch it again, or pass it with --data ${file} if a part is what you want.`,
    });
  }
  return {
    rows,
    source,
    file: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

interface Located {
  file: string;
  source: LoadedDataset<unknown>['source'];
  /** True when the user pointed at this very file. */
  named: boolean;
}

async function locate<Row>(dataset: Dataset<Row>, options: DataOptions): Promise<Located> {
  const { data, dataDir } = options;
  if (data === 'sample') return { file: sampleFile(dataset), source: 'sample', named: true };
  if (data !== undefined) {
    const kind = await fileKind(data);
    if (kind === 'file') return { file: data, source: 'file', named: true };
    const found =
      kind === 'folder' ? await findIn([data, path.join(data, dataset.folder)], dataset.files) : undefined;
    if (found !== undefined) return { file: found, source: 'file', named: false };
    const problem = kind === 'folder' ? `holds no ${dataset.files.join(' or ')}` : 'does not exist';
    throw new UserError(`--data ${data}: ${problem}.`, {
      hint: `Pass the file of ${dataset.name} (${dataset.source}), its folder, or "sample" for the one that comes with the tool.`,
    });
  }
  const found = await findInDataDir(dataset, dataDir);
  if (found !== undefined) return { file: found, source: 'file', named: false };
  return { file: await options.fetch(dataset.hub), source: 'hub', named: false };
}

/** The data set's file below GPT_DATA_DIR, or undefined. */
export async function findInDataDir<Row>(
  dataset: Dataset<Row>,
  dataDir?: string,
): Promise<string | undefined> {
  if (dataDir === undefined || dataDir === '') return undefined;
  return findIn([path.join(dataDir, dataset.folder)], dataset.files);
}

/** The sample that comes with the tool, in the format of the published file. */
export function sampleFile<Row>(dataset: Dataset<Row>): string {
  return fileURLToPath(new URL(`../../samples/${dataset.sample}`, import.meta.url));
}

async function findIn(folders: readonly string[], files: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const file of files) {
      const candidate = path.join(folder, file);
      if ((await fileKind(candidate)) === 'file') return candidate;
    }
  }
  return undefined;
}

async function fileKind(file: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
