/** Fetching an ONNX model from the hub: the graph, and then what only the graph says that it needs. */
import path from 'node:path';
import { UserError } from '../errors.js';
import { fetchRepoFiles } from '../hub/download.js';
import type { DownloadOptions } from '../hub/progress.js';
import type { Repo } from '../hub/repo-file.js';
import { chooseOnnxFile, withPastName } from './onnx-choice.js';
import { type ExportDtype, noSuchExport } from './onnx-dtype.js';
import { scanOnnx } from './onnx-scan.js';

/**
 * The path in a repository of the ONNX file to take, by the names there: at the top, else in `onnx/`; undefined without one. Throws
 * UserError where there are some, but none of the number type that is asked for.
 */
export function chooseListedOnnx(
  listed: ReadonlySet<string>,
  repo: string,
  dtype?: ExportDtype,
): string | undefined {
  for (const folder of ['', 'onnx/']) {
    const names = [...listed].flatMap((file) =>
      file.startsWith(folder) && !file.slice(folder.length).includes('/') ? [file.slice(folder.length)] : [],
    );
    const chosen = chooseOnnxFile(names, dtype);
    if (chosen !== undefined) return `${folder}${chosen}`;
  }
  const graphs = [...listed].filter((file) => file.endsWith('.onnx'));
  if (dtype !== undefined && graphs.length > 0) throw noSuchExport(repo, dtype, graphs);
  return undefined;
}

/** Refuses a file that is not there, with what there is. Throws UserError. */
export function checkListed(file: string, repo: string, listed: ReadonlySet<string>): void {
  if (listed.has(file)) return;
  const ending = path.posix.extname(file);
  const known = [...listed].filter((name) => name.endsWith(ending));
  throw new UserError(`${repo} has no file ${file}.`, {
    hint: known.length > 0 ? `It has ${known.join(', ')}.` : `It has no file that ends in ${ending}.`,
  });
}

/**
 * Fetches an ONNX file with the files in `beside`, with the second file of an export in two, and with all files that hold weights
 * of theirs, whatever these are called. All are of one commit, which the first answer of the hub decides. Returns the path of the file.
 */
export async function fetchOnnx(
  repo: Repo,
  file: string,
  beside: readonly string[],
  listed: ReadonlySet<string>,
  options: DownloadOptions,
): Promise<string> {
  const folder = path.posix.dirname(file);
  const second = withPastName(path.posix.basename(file));
  const graphs = [file, ...(second === undefined ? [] : [path.posix.join(folder, second)])].filter((graph) =>
    listed.has(graph),
  );
  const paths = await fetchRepoFiles(repo, [...graphs, ...beside], options);
  const commit = path.basename(snapshotOf(paths[0]!, file));
  const locations = new Set<string>();
  for (const graph of paths.slice(0, graphs.length)) {
    for (const location of (await scanOnnx(graph)).externalBytes.keys()) locations.add(location);
  }
  // What would lie outside of the repository is refused when the model is opened.
  const external = [...locations]
    .map((location) => path.posix.join(folder, location))
    .filter((location) => listed.has(location));
  if (external.length > 0) await fetchRepoFiles({ ...repo, revision: commit }, external, options);
  return paths[0]!;
}

/** The folder of a snapshot, from the path of a file in it and that file's name in the repository. */
export function snapshotOf(location: string, file: string): string {
  return path.join(location, ...file.split('/').map(() => '..'));
}
