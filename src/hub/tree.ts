import { UserError } from '../errors.js';
import { explainStatus } from './metadata.js';
import type { DownloadOptions } from './progress.js';
import { checkRepo, describeRepo, type Repo, treeUrl } from './repo-file.js';
import { type HubAnswer, send } from './request.js';
import { retrying } from './retry.js';
import { hubEndpoint, hubToken, offlineVariable } from './settings.js';
import { contextOf, explainInterruption } from './writer.js';

/** One file in the list of a repository. */
export interface RepoFileEntry {
  path: string;
  sizeBytes: number;
}

/** Pages read before we call it endless; the hub puts up to 1000 files on one. */
const MAX_TREE_PAGES = 1000;

/** Longest page that is read, in bytes. */
const MAX_TREE_PAGE_BYTES = 32 << 20;

/** All files of a repository at a revision, in the hub's order. Always asks the hub. Throws UserError. */
export async function listRepoFiles(repo: Repo, options: DownloadOptions = {}): Promise<RepoFileEntry[]> {
  checkRepo(repo);
  const context = contextOf(options);
  const { env, clock, signal } = context;
  const name = describeRepo(repo);
  const what = `Cannot list the files of ${name}`;
  const offline = offlineVariable(env);
  if (offline !== undefined) {
    throw new UserError(`${what}: ${offline} is set.`, { hint: `Unset ${offline}.` });
  }
  const first = treeUrl(hubEndpoint(env), repo);
  const token = await hubToken(env);
  const entries: RepoFileEntry[] = [];
  let url = first;
  for (let page = 0; page < MAX_TREE_PAGES; page++) {
    const policy = {
      what,
      hint: 'Check the network (HTTPS_PROXY if there is a proxy), or set HF_ENDPOINT to a mirror.',
      clock,
      signal,
      onRetry: (reason: string, waitMs: number) =>
        context.onProgress?.({ kind: 'retry', file: name, reason, waitMs }),
    };
    const { items, next } = await retrying(policy, async () => {
      const answer = await send({ method: 'GET', url, token }, context);
      if (answer.status !== 200) {
        await answer.discard();
        throw explainStatus(answer, what, repo, token !== undefined);
      }
      return { items: await readPage(answer, what), next: nextPage(answer, first) };
    }).catch((error) => {
      throw explainInterruption(error, options.signal, `the list of files of ${name}`) ?? error;
    });
    for (const { type, path, size } of items) {
      if (type === 'file') entries.push({ path: String(path), sizeBytes: Number(size) });
    }
    if (next === undefined) return entries;
    url = next;
  }
  throw new UserError(`${what}: the list does not end after ${MAX_TREE_PAGES} pages.`);
}

async function readPage(
  answer: HubAnswer,
  what: string,
): Promise<{ type?: unknown; path?: unknown; size?: unknown }[]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body()) {
    bytes += chunk.length;
    if (bytes > MAX_TREE_PAGE_BYTES) throw new UserError(`${what}: the list is too long.`);
    chunks.push(chunk);
  }
  try {
    const page: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
    if (Array.isArray(page) && page.every((item) => typeof item === 'object' && item !== null)) return page;
  } catch {
    // Falls through: no JSON is as wrong as JSON of another shape.
  }
  throw new UserError(`${what}: ${answer.url.host} does not answer like the hub.`, {
    hint: 'A login page or proxy may be in between. Check HF_ENDPOINT and the proxy settings.',
  });
}

/**
 * Address of the next page from `Link: <…>; rel="next"`. Only its query is taken: a mirror may pass on links to the
 * hub itself, where the token of the mirror has no business.
 */
function nextPage(answer: HubAnswer, first: URL): URL | undefined {
  const link = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(answer.headers.get('link') ?? '');
  if (link === null) return undefined;
  const next = new URL(first);
  next.search = new URL(link[1]!, answer.url).search;
  return next;
}
