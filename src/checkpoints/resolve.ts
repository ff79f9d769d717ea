/**
 * From what the user calls a model to a place that `openCheckpoint` can open: a registered name, a model that comes with
 * the package, a file or folder, or a repository of the hub, whose files are fetched if they are not in the cache.
 */

import path from 'node:path';
import { type UsageError, UserError } from '../errors.js';
import { exists } from '../files/exists.js';
import { readJsonObject } from '../files/json-file.js';
import { cachedCommit, cacheFolder, findCached, snapshotPath } from '../hub/cache.js';
import { downloadFile, fetchRepoFiles } from '../hub/download.js';
import type { DownloadOptions } from '../hub/progress.js';
import type { Repo } from '../hub/repo-file.js';
import { listRepoFiles } from '../hub/tree.js';
import { findRegisteredModel, registeredModels } from '../models/config.js';
import { UnknownNameError } from '../unknown-name.js';
import { type ExportDtype, isOfWeights, onlyExports } from './onnx-dtype.js';
import { checkListed, chooseListedOnnx, fetchOnnx, snapshotOf } from './onnx-fetch.js';
import { openCheckpoint } from './open.js';
import { packagedModels } from './packaged.js';

/** What `resolveCheckpoint` takes beside the name; the rest goes to the downloads. */
export interface ResolveOptions extends DownloadOptions {
  /** Folders of the models that come with the package, by name; found by itself when absent. */
  packaged?: ReadonlyMap<string, string>;
  /** Which of several ONNX files; the most exact by default. */
  dtype?: ExportDtype;
}

/** Where a checkpoint lies and what it is called. */
export interface ResolvedCheckpoint {
  /** File or folder for `openCheckpoint`. */
  location: string;
  /** For results: the registered name, the hub id, or the path as the user gave it. */
  name: string;
  /** Repository on the hub, where it comes from there. */
  hubId?: string;
  /** Commit of the repository, 40 hex digits. */
  commit?: string;
}

const weightsName = 'model.safetensors';
const indexNames = ['model.safetensors.index.json', 'pytorch_model.bin.index.json'];
const tokenizerNames = ['vocab.json', 'merges.txt'];
const standardNames = ['config.json', weightsName, ...tokenizerNames];
/** What else may say how a text becomes tokens, and which of them begin and end it. */
const ruleNames = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'generation_config.json',
];

/**
 * Finds the checkpoint that `name` means, in this order:
 *
 * 1. a model that comes with the package, or a registered name or alias without a slash (`gpt2-medium`, `345M`);
 * 2. a file or folder: a folder that is called like a registered model is meant by `./gpt2`;
 * 3. a repository on the hub, `owner/name` or `owner/name@revision`, or one file of it: `owner/name:onnx/model_fp16.onnx`.
 *
 * Throws UsageError when it is none of these, and what the hub throws.
 */
export async function resolveCheckpoint(
  name: string,
  options: ResolveOptions = {},
): Promise<ResolvedCheckpoint> {
  const packaged = options.packaged ?? packagedModels();
  const folder = packaged.get(name);
  if (folder !== undefined) return { location: folder, name };
  const registered = findRegisteredModel(name);
  if (registered && !name.includes('/'))
    return fetchModel(registered.name, { repo: registered.hubId }, options);
  if (await exists(name)) return { location: name, name };
  const hub = hubParts(name);
  if (hub !== undefined) {
    const { repo, revision, file } = hub;
    const shown = findRegisteredModel(repo)?.name ?? repo;
    const isWhole = revision === undefined && file === undefined;
    return fetchModel(isWhole ? shown : name, { repo, revision }, options, file);
  }
  throw unknownName(name, [...packaged.keys()]);
}

async function fetchModel(
  name: string,
  source: { repo: string; revision?: string },
  options: ResolveOptions,
  file?: string,
): Promise<ResolvedCheckpoint> {
  const repo: Repo = { ...source, type: 'model' };
  const found = (location: string, snapshot: string) => {
    return { location, name, hubId: repo.repo, commit: path.basename(snapshot) };
  };
  let fetched: FilesToFetch;
  try {
    fetched = await filesToFetch(repo, file, options);
  } catch (error) {
    // Without an answer of the hub, a model that is already here still runs.
    const commit = await cachedCommit(repo, options.env);
    if (commit === undefined || options.signal?.aborted) throw error;
    const snapshot = snapshotPath(cacheFolder(options.env), { ...repo, path: '' }, commit);
    const location = path.join(snapshot, ...(file?.split('/') ?? []));
    if (await canOpen(location, options)) return found(location, snapshot);
    throw error;
  }
  const { names, listed, graph } = fetched;
  if (graph !== undefined) {
    const location = await fetchOnnx(repo, graph, names, listed, options);
    return found(location, snapshotOf(location, graph));
  }
  const wanted = file ?? 'config.json';
  const paths = await fetchRepoFiles(repo, names, options);
  const place = paths[names.indexOf(wanted)]!;
  const snapshot = snapshotOf(place, wanted);
  return found(file === undefined ? snapshot : place, snapshot);
}

function canOpen(location: string, { dtype }: ResolveOptions): Promise<boolean> {
  return openCheckpoint(location, { dtype }).then(
    () => true,
    () => false,
  );
}

/** What is to be fetched: names of files, and of an ONNX model its graph besides; `listed` is what the hub has, where it was asked. */
interface FilesToFetch {
  names: string[];
  listed: ReadonlySet<string>;
  graph?: string;
}

/**
 * Names of the files that make up a model. The registered models have the standard ones, and what is whole in the cache
 * needs no question either; of another repository, or where one file is wanted, the hub is asked what it holds.
 */
async function filesToFetch(
  repo: Repo,
  file: string | undefined,
  options: ResolveOptions,
): Promise<FilesToFetch> {
  const isExport = options.dtype !== undefined && !isOfWeights(options.dtype);
  const { names: known, withoutRules } =
    file === undefined && !isExport ? await knownFiles(repo, options) : {};
  if (known !== undefined) return { names: known, listed: new Set() };
  let listed: ReadonlySet<string>;
  try {
    listed = new Set((await listRepoFiles(repo, options)).map((entry) => entry.path));
  } catch (error) {
    if (withoutRules === undefined || options.signal?.aborted) throw error;
    return { names: withoutRules, listed: new Set() };
  }
  const others = [...(listed.has('config.json') ? ['config.json'] : []), ...tokenizerFilesOf(listed)];
  if (file !== undefined) {
    checkListed(file, repo.repo, listed);
    return file.endsWith('.onnx')
      ? { names: others, listed, graph: file }
      : { names: [...others, file], listed };
  }
  const hasConfig = listed.has('config.json');
  // Safetensors before PyTorch's own files, one file before shards.
  for (const [place, whole] of [weightsName, 'pytorch_model.bin'].entries()) {
    const index = indexNames[place]!;
    if (isExport || (!listed.has(whole) && !listed.has(index))) continue;
    if (!hasConfig) throw noModel(repo, 'it has no config.json');
    if (listed.has(whole)) return { names: [...others, whole], listed };
    return { names: [...others, index, ...(await shardNames(repo, index, options))], listed };
  }
  // A graph can show all sizes by itself.
  const graph = chooseListedOnnx(listed, repo.repo, options.dtype);
  if (graph !== undefined) return { names: others, listed, graph };
  if (isExport) throw onlyExports(options.dtype!, repo.repo);
  throw noModel(
    repo,
    hasConfig
      ? 'it has neither safetensors nor PyTorch nor ONNX files under the usual names'
      : 'it has no config.json',
  );
}

/** What the cache holds of a model: whole with the rules of its tokenizer, or without, where the hub may have more. */
interface CachedNames {
  names?: string[];
  withoutRules?: string[];
}

async function knownFiles(repo: Repo, options: ResolveOptions): Promise<CachedNames> {
  const isCached = async (names: readonly string[]) => {
    const found = await Promise.all(names.map((file) => findCached({ ...repo, path: file }, options.env)));
    return found.every((place) => place !== undefined);
  };
  const isRegistered = findRegisteredModel(repo.repo) !== undefined;
  let withoutRules: string[] | undefined;
  const isWhole = async (names: string[]) => {
    if (!(await isCached(names))) return false;
    // The rules of a tokenizer are fetched together with this file; without it, there may be more of them on the hub.
    if (isRegistered || (await isCached(['tokenizer_config.json']))) return true;
    withoutRules ??= names;
    return false;
  };
  // The registered models have safetensors, which are read in any case; a file of PyTorch may have its old form.
  for (const weights of isRegistered ? [weightsName] : [weightsName, 'pytorch_model.bin']) {
    for (const tokenizer of [tokenizerNames, ['tokenizer.json']]) {
      const names = ['config.json', weights, ...tokenizer];
      if (await isWhole(names)) return { names };
    }
  }
  if (isRegistered) return { names: standardNames };
  for (const index of indexNames) {
    if (options.refresh || !(await isCached(['config.json', index]))) continue;
    const names = ['config.json', index, ...(await shardNames(repo, index, options)), ...tokenizerNames];
    if (await isWhole(names)) return { names };
  }
  return { withoutRules };
}

async function shardNames(repo: Repo, index: string, options: ResolveOptions): Promise<string[]> {
  const file = await downloadFile({ ...repo, path: index }, options);
  const shardOf = (await readJsonObject(file))?.weight_map;
  return [...new Set(Object.values(shardOf ?? {}).map(String))].sort();
}

function tokenizerFilesOf(listed: ReadonlySet<string>): string[] {
  const isComplete = tokenizerNames.every((file) => listed.has(file));
  return [...(isComplete ? tokenizerNames : []), ...ruleNames].filter((file) => listed.has(file));
}

function noModel(repo: Repo, reason: string): UserError {
  return new UserError(`Cannot use ${repo.repo} as a model: ${reason}.`, {
    hint: 'Known are model.safetensors and pytorch_model.bin (both also in shards) with config.json, and ONNX exports.',
  });
}

/**
 * Throws UsageError where `name` cannot be a model, without asking the hub: a name with a slash may be one of its repositories.
 */
export async function checkModelName(name: string): Promise<void> {
  const packaged = packagedModels();
  if (packaged.has(name) || findRegisteredModel(name) || hubParts(name) || (await exists(name))) return;
  throw unknownName(name, [...packaged.keys()]);
}

/** Repository, revision and file of a name on the hub; undefined where it is none. */
function hubParts(name: string): { repo: string; revision?: string; file?: string } | undefined {
  const [, repo, revision, file] =
    /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([^:]+))?(?::(.+\.(?:onnx|safetensors|bin|gguf)))?$/.exec(name) ?? [];
  // A name with a known ending is a mistyped path rather than a repository.
  if (repo === undefined || /\.(safetensors|bin|onnx|gguf|npy|index|json)$/.test(repo)) return undefined;
  return { repo, revision, file };
}

function unknownName(name: string, packaged: readonly string[]): UsageError {
  const names = [
    ...packaged,
    ...registeredModels.flatMap((model) => [model.name, ...model.aliases, model.hubId]),
  ];
  const isPath = /^[./~]|[\\/].*[\\/]/.test(name);
  const problem = isPath ? `There is no file or folder ${name}.` : `There is no model "${name}".`;
  return new UnknownNameError(
    'model',
    name,
    names,
    `A model is one of ${[...packaged, ...registeredModels.map((model) => model.name)].join(', ')}; owner/name on the Hugging Face Hub, or one file there as owner/name:file; or a file or folder with safetensors, ONNX, or OpenAI's original files.`,
    problem,
  );
}
