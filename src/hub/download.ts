import { rm } from 'node:fs/promises';
import { UserError } from '../errors.js';
import type { WritableFolder } from '../files/space.js';
import {
  type CachedPaths,
  cachedPaths,
  cacheFolder,
  fileSize,
  findCached,
  placeSnapshot,
  snapshotPath,
  writeRef,
} from './cache.js';
import { type Checksum, checksumOfEtag } from './checksum.js';
import { explainStatus, type HubFileInfo, requestFileInfo, servedEtag } from './metadata.js';
import type { DownloadOptions } from './progress.js';
import {
  checkRepo,
  checkRepoFile,
  commitPattern,
  describeRepoFile,
  type Repo,
  type RepoFile,
  resolveUrl,
} from './repo-file.js';
import type { HubAnswer } from './request.js';
import { GaveUpError, retrying, TransientError } from './retry.js';
import { type Environment, hubEndpoint, hubToken, offlineVariable } from './settings.js';
import { transferFile } from './transfer.js';
import { contextOf, explainInterruption, writeOnce } from './writer.js';

/** How often a file may change on the server while it is fetched before we stop running after it. */
const MAX_VERSIONS = 3;

/** The server has another version of the file than it announced. Never leaves this file. */
class ContentChangedError extends Error {}

/**
 * Path of a file of the hub inside the shared cache, fetched first if it is not there. A cached file is used without
 * asking the hub, unless `refresh` is set. Throws UserError (not there, no right, no network, disk), DataError (wrong
 * bytes, twice) or InterruptedError; what has arrived by then is kept and the next call goes on from there.
 */
export async function downloadFile(file: RepoFile, options: DownloadOptions = {}): Promise<string> {
  const [path] = await fetchRepoFiles(file, [file.path], options);
  return path!;
}

/**
 * Paths of several files of one repository, in the order of `names`, all of one commit. Progress events of kind
 * `bytes` count the whole set. The revision is noted in the cache only when all files are there: an interrupted
 * update leaves the older set in use.
 */
export async function fetchRepoFiles(
  repo: Repo,
  names: readonly string[],
  options: DownloadOptions = {},
): Promise<string[]> {
  const { type, revision = 'main' } = repo;
  const files = names.map((path): RepoFile => ({ repo: repo.repo, type, revision, path }));
  checkRepo(repo);
  for (const file of files) checkRepoFile(file);
  const env = options.env ?? process.env;
  const cached = await Promise.all(files.map((file) => findCached(file, env)));
  const offline = offlineVariable(env);
  const mayUseCached = !options.refresh || offline !== undefined || commitPattern.test(revision);
  const isComplete = cached.every((path) => path !== undefined);
  if (isComplete && mayUseCached) return cached as string[];

  const firstMissing = files[cached.indexOf(undefined)] ?? files[0]!;
  if (offline !== undefined) throw notCached(firstMissing, env, `${offline} is set`);
  let first: HubFileInfo;
  try {
    first = await fileInfo(firstMissing, options);
  } catch (error) {
    if (!(error instanceof GaveUpError)) throw error;
    if (isComplete) return cached as string[];
    throw error.unreachable ? notCached(firstMissing, env, reasonOf(error), error) : error;
  }
  const { commit } = first;
  const wanted = await Promise.all(
    files.map(async (file) => {
      const path = snapshotPath(cacheFolder(env), file, commit);
      if ((await fileSize(path)) !== undefined) return { file, path, info: undefined };
      const info = file === firstMissing ? first : await fileInfo({ ...file, revision: commit }, options);
      return { file, path, info };
    }),
  );

  const missing = wanted.filter(({ info }) => info !== undefined);
  const sizes = missing.map(({ info }) => info!.sizeBytes);
  const totalBytes = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + size!, 0);
  let finishedBytes = 0;
  for (const { file, path, info } of missing) {
    const onProgress: DownloadOptions['onProgress'] = (event) =>
      options.onProgress?.(
        event.kind === 'bytes' ? { ...event, doneBytes: finishedBytes + event.doneBytes, totalBytes } : event,
      );
    await fetchFile({ ...file, revision: commit }, info!, { ...options, onProgress });
    finishedBytes += (await fileSize(path)) ?? 0;
    options.onProgress?.({ kind: 'done', file: describeRepoFile(file), path });
  }
  // The files are there and right; a cache where only the note cannot be written is still good for this run.
  await writeRef({ repo: repo.repo, type, revision }, commit, env).catch(() => {});
  return wanted.map(({ path }) => path);
}

/**
 * Commit, etag and size of a file as the hub has it now. Tries again where that may help. Throws UserError.
 */
async function fileInfo(file: RepoFile, options: DownloadOptions = {}): Promise<HubFileInfo> {
  checkRepoFile(file);
  const context = contextOf(options);
  const name = describeRepoFile(file);
  const policy = {
    what: `Cannot fetch ${name}`,
    hint: networkHint,
    clock: context.clock,
    signal: context.signal,
    onRetry: (reason: string, waitMs: number) =>
      context.onProgress?.({ kind: 'retry', file: name, reason, waitMs }),
  };
  try {
    return await retrying(policy, () => requestFileInfo(file, context));
  } catch (error) {
    throw explainInterruption(error, options.signal, name) ?? error;
  }
}

/** Whether anybody answers when that file is asked for: one attempt, and any answer counts. False offline. */
export async function isHubReachable(file: RepoFile, env: Environment): Promise<boolean> {
  if (offlineVariable(env) !== undefined) return false;
  const context = contextOf({ env });
  try {
    await requestFileInfo(file, context);
    return true;
  } catch (error) {
    return !(error instanceof TransientError && error.unreachable);
  }
}

/** Brings one file of a commit into the cache, following it if it changes meanwhile. */
async function fetchFile(file: RepoFile, info: HubFileInfo, options: DownloadOptions): Promise<void> {
  for (let version = 1; ; version++) {
    try {
      return await fetchVersion(file, info, options);
    } catch (error) {
      if (!(error instanceof ContentChangedError)) throw error;
      const name = describeRepoFile(file);
      if (version === MAX_VERSIONS) {
        throw new UserError(`${name} keeps changing on the server while it is fetched.`, {
          hint: 'Try again later.',
        });
      }
      options.onProgress?.({ kind: 'restart', file: name, reason: 'The file changed on the server' });
      info = await fileInfo(file, options);
    }
  }
}

async function fetchVersion(file: RepoFile, info: HubFileInfo, options: DownloadOptions): Promise<void> {
  const env = options.env ?? process.env;
  const cache = cacheFolder(env);
  const name = describeRepoFile({ ...file, revision: 'main' });
  const checksum = checksumOfEtag(info.etag);
  if (checksum === undefined) {
    throw new UserError(`Cannot fetch ${name}: the server gives no checksum for it (etag "${info.etag}").`, {
      hint: 'HF_ENDPOINT names a mirror that cannot be checked: use another one.',
    });
  }
  const paths = cachedPaths(cache, file, info.commit, info.etag);
  const folder: WritableFolder = { path: cache, variable: env.HF_HUB_CACHE ? 'HF_HUB_CACHE' : 'HF_HOME' };
  const isInSnapshot = async () => (await fileSize(paths.snapshot)) !== undefined;
  await writeOnce(
    {
      file: name,
      lock: paths.lock,
      partial: paths.incomplete,
      folder,
      isThere: isInSnapshot,
      write: async (context) => {
        const isThere = await isUsableBlob(paths, info.sizeBytes);
        if (!isThere) {
          await transferFile(
            {
              url: resolveUrl(hubEndpoint(env), file),
              token: await hubToken(env),
              file: name,
              partial: paths.incomplete,
              target: paths.blob,
              sizeBytes: info.sizeBytes,
              checksum,
              folder,
              checkAnswer: await answerCheck(file, checksum, env),
            },
            context,
          );
        }
        await placeSnapshot(paths, { isNewBlob: !isThere, env });
      },
    },
    options,
  );
}

/** A blob of another size than the hub announces was cut off by some other program; it is removed. */
async function isUsableBlob(paths: CachedPaths, sizeBytes: number | undefined): Promise<boolean> {
  const size = await fileSize(paths.blob);
  if (size === undefined) return false;
  if (sizeBytes === undefined || size === sizeBytes) return true;
  await rm(paths.blob);
  return false;
}

async function answerCheck(
  file: RepoFile,
  checksum: Checksum,
  env: Environment,
): Promise<(answer: HubAnswer) => void> {
  const hadToken = (await hubToken(env)) !== undefined;
  return (answer) => {
    if (answer.status !== 200 && answer.status !== 206) {
      throw explainStatus(answer, `Cannot fetch ${describeRepoFile(file)}`, file, hadToken);
    }
    const etag = servedEtag(answer);
    // Only an etag of the hub's own kind can contradict; storage and mirrors may have etags of another kind.
    const served = etag === undefined ? undefined : checksumOfEtag(etag);
    if (served?.algorithm === checksum.algorithm && served.hex !== checksum.hex) {
      throw new ContentChangedError(`etag ${served.hex} instead of ${checksum.hex}`);
    }
  };
}

const networkHint =
  'Check the network (HTTPS_PROXY if there is a proxy). HF_ENDPOINT names a mirror, HF_HOME a cache that has the file.';

function notCached(file: RepoFile, env: Environment, reason: string, cause?: unknown): UserError {
  const offline = offlineVariable(env);
  return new UserError(
    `Cannot read ${describeRepoFile(file)}: it is not in the cache (${cacheFolder(env)}) and ${reason}.`,
    {
      hint:
        offline === undefined
          ? networkHint
          : `Unset ${offline} once while there is a network, or set HF_HOME to a cache that has it.`,
      cause,
    },
  );
}

function reasonOf(error: GaveUpError): string {
  return `the hub cannot be reached: ${(error.cause as Error).message}`;
}
