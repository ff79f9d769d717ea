import { copyFile, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeFolder } from '../files/folder.js';
import { checkRepoFile, commitPattern, type Repo, type RepoFile } from './repo-file.js';
import { cacheHome, type Environment, expandPath, homeFolder, hubHome, isTrue } from './settings.js';

/**
 * Where downloaded files lie. Files of the hub share one cache with Python's huggingface_hub, in its layout, so that
 * what either has fetched the other finds (huggingface_hub documentation, "Understand caching"):
 *
 * ```
 * <cache>/models--openai-community--gpt2/
 *   refs/main                              the commit that main meant when it was last asked for, 40 hex digits
 *   blobs/<etag>                           the bytes; named by sha256 (large files) or git blob sha1
 *   blobs/<etag>.incomplete                what has arrived so far
 *   snapshots/<commit>/model.safetensors   symbolic link ../../blobs/<etag>
 * <cache>/.locks/models--openai-community--gpt2/
 * ```
 */

/** The shared cache of the hub: HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else `hub` in HF_HOME. */
export function cacheFolder(env: Environment = process.env): string {
  const named = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE;
  return named ? expandPath(named, env) : join(hubHome(env), 'hub');
}

/**
 * This tool's own cache, for files that come from elsewhere than the hub and for what it derives itself:
 * GPT_CACHE, else `gpt-papers` under XDG_CACHE_HOME, %LOCALAPPDATA% (Windows) or `~/.cache`.
 */
export function ownCacheFolder(env: Environment = process.env, platform: string = process.platform): string {
  if (env.GPT_CACHE) return expandPath(env.GPT_CACHE, env);
  if (platform === 'win32' && !env.XDG_CACHE_HOME) {
    return join(env.LOCALAPPDATA || join(homeFolder(env), 'AppData', 'Local'), 'gpt-papers');
  }
  return join(cacheHome(env), 'gpt-papers');
}

/** `models--openai-community--gpt2`, `datasets--nyu-mll--glue`: the folder of a repository inside the cache. @internal */
export function repoFolderName({ repo, type }: Repo): string {
  return [`${type}s`, ...repo.split('/')].join('--');
}

/** The paths of one file, given the commit and the etag that the hub named. */
export interface CachedPaths {
  blob: string;
  incomplete: string;
  snapshot: string;
  /** What one process holds while it writes the blob. Not `<etag>.lock`: that name is a file of Python's. */
  lock: string;
}

/** Paths of a file inside the cache. Pure; nothing needs to exist. */
export function cachedPaths(cache: string, file: RepoFile, commit: string, etag: string): CachedPaths {
  const folder = join(cache, repoFolderName(file));
  return {
    blob: join(folder, 'blobs', etag),
    incomplete: join(folder, 'blobs', `${etag}.incomplete`),
    snapshot: snapshotPath(cache, file, commit),
    lock: join(cache, '.locks', repoFolderName(file), `${etag}.lock.d`),
  };
}

/** Path of a file in the snapshot of a commit. Pure. */
export function snapshotPath(cache: string, file: RepoFile, commit: string): string {
  return join(cache, repoFolderName(file), 'snapshots', commit, ...file.path.split('/'));
}

/** The commit that a revision meant when it was last asked for; the revision itself if it is a commit. */
export async function cachedCommit(repo: Repo, env: Environment = process.env): Promise<string | undefined> {
  const revision = repo.revision ?? 'main';
  if (commitPattern.test(revision)) return revision;
  const commit = await readFile(refPath(cacheFolder(env), repo), 'utf8').catch(() => '');
  return commitPattern.test(commit.trim()) ? commit.trim() : undefined;
}

/** Path of a file that is already in the cache, found without the network; undefined when it is not there. */
export async function findCached(
  file: RepoFile,
  env: Environment = process.env,
): Promise<string | undefined> {
  checkRepoFile(file);
  const commit = await cachedCommit(file, env);
  if (commit === undefined) return undefined;
  const path = snapshotPath(cacheFolder(env), file, commit);
  return (await fileSize(path)) === undefined ? undefined : path;
}

/** Size in bytes of what a path leads to, links followed; undefined when there is no file (or the link dangles). */
export async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

function refPath(cache: string, repo: Repo): string {
  return join(cache, repoFolderName(repo), 'refs', ...(repo.revision ?? 'main').split('/'));
}

/** Notes which commit a branch or tag means now. Atomic, and silent where nothing changes (read-only caches). */
export async function writeRef(repo: Repo, commit: string, env: Environment = process.env): Promise<void> {
  if ((await cachedCommit(repo, env)) === commit) return;
  const path = refPath(cacheFolder(env), repo);
  await makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, commit);
  await rename(temporary, path);
}

/**
 * Makes the snapshot path lead to the blob: a relative symbolic link, so that the cache can be moved as a whole.
 * Where links are impossible (Windows without developer mode, some network disks) or HF_HUB_DISABLE_SYMLINKS is set,
 * a blob that just arrived is moved there; an older one, which another snapshot may need, is copied.
 */
export async function placeSnapshot(
  paths: CachedPaths,
  { isNewBlob, env }: { isNewBlob: boolean; env: Environment },
): Promise<void> {
  await makeFolder(dirname(paths.snapshot));
  if (!isTrue(env.HF_HUB_DISABLE_SYMLINKS)) {
    // A link that another process left dangling, or that leads to a blob of the wrong size, must not survive.
    await rm(paths.snapshot, { force: true });
    try {
      await symlink(relative(dirname(paths.snapshot), paths.blob), paths.snapshot);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return;
      if (!['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'UNKNOWN'].includes(code ?? '')) {
        throw error;
      }
    }
  }
  if (isNewBlob) return rename(paths.blob, paths.snapshot);
  const temporary = `${paths.snapshot}.${process.pid}.tmp`;
  await copyFile(paths.blob, temporary);
  await rename(temporary, paths.snapshot);
}
