import { UsageError } from '../errors.js';

/** The two kinds of repository that this project reads. */
export type RepoType = 'model' | 'dataset';

/** A repository of the Hugging Face Hub at a revision. */
export interface Repo {
  /** `owner/name`, or a bare `name` for the few old ones. */
  repo: string;
  type: RepoType;
  /** Branch, tag, `refs/convert/parquet` or the 40 hex digits of a commit. `main` when absent. */
  revision?: string;
}

/** One file of a repository. */
export interface RepoFile extends Repo {
  /** Path inside the repository, with forward slashes: `wikitext-2-raw-v1/test-00000-of-00001.parquet`. */
  path: string;
}

/** 40 hex digits: a commit, which never changes what it means. */
export const commitPattern = /^[0-9a-f]{40}$/;

const repoPattern = /^(?!.*(\.\.|--))\w[\w.-]*(\/\w[\w.-]*)?$/;

/**
 * Refuses names that are no names of the hub. They become paths on this machine, so a `..` must not pass.
 * Throws UsageError.
 */
export function checkRepo({ repo, revision = 'main' }: Repo): void {
  if (!repoPattern.test(repo)) {
    throw new UsageError(`"${repo}" is not the name of a repository on the hub.`, {
      hint: 'Write it as owner/name, for example openai-community/gpt2.',
    });
  }
  if (!isPlainPath(revision)) throw new UsageError(`"${revision}" is not a revision of a repository.`);
}

/** Like `checkRepo`, and the path must stay inside the repository. Throws UsageError. */
export function checkRepoFile(file: RepoFile): void {
  checkRepo(file);
  if (!isPlainPath(file.path)) throw new UsageError(`"${file.path}" is not a path inside a repository.`);
}

/** Relative, forward slashes, no empty part, no `.` and no `..`, nothing that means something else on Windows. */
function isPlainPath(path: string): boolean {
  return (
    !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** How messages name a repository: `openai-community/gpt2`, with `@revision` unless that is main. */
export function describeRepo({ repo, type, revision = 'main' }: Repo): string {
  const kind = type === 'dataset' ? 'data set ' : '';
  return `${kind}${repo}${revision === 'main' ? '' : `@${revision}`}`;
}

/** How messages name a file: `model.safetensors of openai-community/gpt2`. */
export function describeRepoFile(file: RepoFile): string {
  return `${file.path} of ${describeRepo(file)}`;
}

/**
 * `{endpoint}/{datasets/}{repo}/resolve/{revision}/{path}`. A revision keeps its slashes encoded, or the hub would
 * take `refs/convert/parquet` for the revision `refs` and a folder.
 */
export function resolveUrl(endpoint: string, file: RepoFile): URL {
  const { repo, type, revision = 'main', path } = file;
  const prefix = type === 'dataset' ? 'datasets/' : '';
  const encodedPath = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${endpoint}/${prefix}${repo}/resolve/${encodeURIComponent(revision)}/${encodedPath}`);
}

/** `{endpoint}/api/{models|datasets}/{repo}/tree/{revision}?recursive=true`, the first page of the list of files. */
export function treeUrl(endpoint: string, { repo, type, revision = 'main' }: Repo): URL {
  return new URL(
    `${endpoint}/api/${type}s/${repo}/tree/${encodeURIComponent(revision)}?recursive=true&expand=false`,
  );
}
