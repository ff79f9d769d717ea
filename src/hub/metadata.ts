import { UserError } from '../errors.js';
import { commitPattern, describeRepo, describeRepoFile, type RepoFile, resolveUrl } from './repo-file.js';
import { type HubAnswer, type RequestContext, send, shownUrl } from './request.js';
import { hubEndpoint, hubToken } from './settings.js';

/** What the hub says of a file before any byte of it. */
export interface HubFileInfo {
  /** Commit that the revision means now (`X-Repo-Commit`). */
  commit: string;
  /** `X-Linked-ETag` of a large file, else `ETag`, without quotes: sha256 or git blob sha1. */
  etag: string;
  /** `X-Linked-Size`, else `Content-Length`; undefined where the server says neither. */
  sizeBytes: number | undefined;
}

/** Asks the hub for a file's commit, etag and size. One attempt: throws TransientError, or UserError for 401, 403, 404. */
export async function requestFileInfo(file: RepoFile, context: RequestContext): Promise<HubFileInfo> {
  const endpoint = hubEndpoint(context.env);
  const token = await hubToken(context.env);
  const answer = await send(
    {
      method: 'HEAD',
      url: resolveUrl(endpoint, file),
      token,
      // The storage behind the hub knows nothing of commits, and its links are signed for GET alone.
      isEnough: (headers) => headers.has('x-linked-etag') && headers.has('x-repo-commit'),
    },
    context,
  );
  await answer.discard();
  if (answer.status >= 400) {
    throw explainStatus(answer, `Cannot fetch ${describeRepoFile(file)}`, file, token !== undefined);
  }
  const commit = headerOf(answer, 'x-repo-commit');
  const etag = servedEtag(answer);
  if (commit === undefined || !commitPattern.test(commit) || etag === undefined) {
    throw new UserError(
      `Cannot fetch ${describeRepoFile(file)}: ${shownUrl(answer.url)} does not answer like the hub.`,
      {
        hint: `A login page or proxy may be in between. Open it in a browser, or set HF_ENDPOINT to a mirror (now ${endpoint}).`,
      },
    );
  }
  const size = headerOf(answer, 'x-linked-size') ?? answer.headers.get('content-length') ?? undefined;
  return { commit, etag, sizeBytes: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined };
}

/**
 * Etag of the file that an answer carries. The storage behind the hub has etags of its own, which say nothing, so
 * the hub's `X-Linked-ETag` counts first, wherever on the way it was sent.
 */
export function servedEtag(answer: HubAnswer): string | undefined {
  const etag = headerOf(answer, 'x-linked-etag') ?? answer.headers.get('etag') ?? undefined;
  return etag?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

/** A header of the first hop that has it, else of the answer itself. */
function headerOf(answer: HubAnswer, name: string): string | undefined {
  return [...answer.hops, answer.headers].find((headers) => headers.has(name))?.get(name) ?? undefined;
}

/** The UserError for an answer that is a refusal. `what` begins its message. */
export function explainStatus(
  answer: HubAnswer,
  what: string,
  file: RepoFile | Omit<RepoFile, 'path'>,
  hadToken: boolean,
): UserError {
  const { status } = answer;
  const endpoint = answer.url.origin;
  const name = describeRepo(file);
  const code = answer.headers.get('x-error-code');
  const page = `${endpoint}/${file.type === 'dataset' ? 'datasets/' : ''}${file.repo}`;
  if (code === 'GatedRepo') {
    return new UserError(`${what}: ${name} is gated (HTTP ${status}).`, {
      hint: `Accept its terms on ${page}, then set HF_TOKEN to a token of yours${hadToken ? ' that may read it' : ''}.`,
    });
  }
  if (status === 401 || status === 403) {
    return new UserError(
      hadToken
        ? `${what}: the hub does not accept your token for ${name} (HTTP ${status}).`
        : `${what}: the hub does not show ${name} without a token (HTTP ${status}): it does not exist, is private or is gated.`,
      {
        hint: hadToken
          ? 'Check HF_TOKEN (or the file that "hf auth login" wrote): it may be outdated or lack the right to read this.'
          : 'Check the name; if it is right, set HF_TOKEN to a token that may read it (https://huggingface.co/settings/tokens).',
      },
    );
  }
  if (status === 404) {
    const missing =
      code === 'RepoNotFound'
        ? `there is no ${file.type === 'dataset' ? 'data set' : 'repository'} ${file.repo}`
        : code === 'RevisionNotFound'
          ? `${file.repo} has no revision ${file.revision ?? 'main'}`
          : 'path' in file
            ? `${name} has no file ${file.path}`
            : `there is no ${name}`;
    return new UserError(`${what}: ${missing} on ${endpoint} (HTTP 404).`, {
      hint: `Look at ${page} for what there is.`,
    });
  }
  return new UserError(`${what}: ${answer.url.host} answers HTTP ${status}.`, {
    hint: `Look at ${page}, and at HF_ENDPOINT if you use a mirror.`,
  });
}
