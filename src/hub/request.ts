import { UserError } from '../errors.js';
import { explainFetchError } from './fetch-error.js';
import { fetchOf } from './proxy.js';
import { parseRetryAfter, TransientError } from './retry.js';
import { type Environment, timeoutOf } from './settings.js';

/** Longest wait for a connection and the head of an answer; HF_HUB_ETAG_TIMEOUT (in seconds) replaces it for HEAD. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Longest silence in the middle of a body, after which the connection is dead; HF_HUB_DOWNLOAD_TIMEOUT replaces it. */
const STALL_TIMEOUT_MS = 60_000;

/** Bytes of a body that may wait for the consumer. */
const READ_AHEAD_BYTES = 1 << 20;

/** Redirects followed before we call it a loop; the hub needs one or two. */
const MAX_REDIRECTS = 10;

/** One request, before any redirect. */
export interface HubRequest {
  method: 'GET' | 'HEAD';
  url: URL;
  headers?: Record<string, string>;
  /** Sent as `Authorization: Bearer`, to the origin of `url` only and never again once a redirect has left it. */
  token?: string;
  /** Stops following: true for an answer that says all that is asked for, although it is a redirect. */
  isEnough?: (headers: Headers) => boolean;
}

/** The answer at the end of the redirects. */
export interface HubAnswer {
  url: URL;
  status: number;
  headers: Headers;
  /** Headers of each redirect on the way, first hop first; the hub puts what it knows of a file there. */
  hops: Headers[];
  /** The bytes, chunk by chunk. Throws TransientError when the connection breaks or falls silent. */
  body(): AsyncGenerator<Uint8Array>;
  /** Drops the body. */
  discard(): Promise<void>;
}

/** What a request needs from its surroundings. */
export interface RequestContext {
  env: Environment;
  signal?: AbortSignal;
}

/**
 * Sends one request and follows its redirects by hand, since fetch's own following hides the headers of the hops.
 * Statuses 429 and 5xx, broken connections and silence throw TransientError; an untrusted certificate UserError; other
 * statuses are for the caller to judge. When the signal is aborted its reason is thrown.
 */
export async function send(request: HubRequest, context: RequestContext): Promise<HubAnswer> {
  const fetcher = await fetchOf(context.env);
  const answerTimeoutMs =
    request.method === 'HEAD'
      ? timeoutOf(context.env, 'HF_HUB_ETAG_TIMEOUT', ANSWER_TIMEOUT_MS)
      : ANSWER_TIMEOUT_MS;
  const hops: Headers[] = [];
  let url = request.url;
  let token = request.token;
  for (;;) {
    const watch = new Watch(context.signal);
    let response: Response;
    try {
      response = await fetcher(url, {
        method: request.method,
        headers: {
          'User-Agent': 'gpt-papers',
          // Compressed bytes would make sizes, ranges and checksums those of something else.
          'Accept-Encoding': 'identity',
          ...request.headers,
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        redirect: 'manual',
        signal: watch.start(answerTimeoutMs, `no answer from ${url.host}`),
      });
    } catch (error) {
      throw watch.explain(error, url, context.env);
    } finally {
      watch.stop();
    }
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (isRedirect && !request.isEnough?.(response.headers)) {
      await response.body?.cancel();
      hops.push(response.headers);
      const next = redirectTarget(location, url, hops.length);
      if (next.origin !== url.origin) token = undefined;
      url = next;
      continue;
    }
    if (response.status === 429 || response.status >= 500) {
      await response.body?.cancel();
      throw new TransientError(`${url.host} answers ${response.status} ${statusText(response)}`.trim(), {
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
      });
    }
    const read = bodyReader(response, watch, url, context.env);
    return { url, status: response.status, headers: response.headers, hops, ...read };
  }
}

function redirectTarget(location: string, from: URL, hops: number): URL {
  if (hops > MAX_REDIRECTS) throw new UserError(`${shownUrl(from)} redirects without end.`);
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  // Whoever listens on a plain connection could answer in the hub's name.
  if (next === undefined || (from.protocol === 'https:' && next.protocol !== 'https:')) {
    throw new UserError(
      `${shownUrl(from)} redirects to an address that is not to be trusted: ${next ? shownUrl(next) : location}`,
      {
        hint: 'A login page or proxy may be in between. Check HF_ENDPOINT and the proxy settings.',
      },
    );
  }
  return next;
}

/**
 * Reads ahead of the consumer, from the moment the answer is there, at most READ_AHEAD_BYTES. A connection that breaks
 * takes with it whatever fetch still holds back, so chunks must not lie there while earlier ones are written to the
 * disk: on a line that keeps breaking, they may be all that an attempt brings.
 */
function bodyReader(
  response: Response,
  watch: Watch,
  url: URL,
  env: Environment,
): Pick<HubAnswer, 'body' | 'discard'> {
  const reader = response.body?.getReader();
  const stallTimeoutMs = timeoutOf(env, 'HF_HUB_DOWNLOAD_TIMEOUT', STALL_TIMEOUT_MS);
  const chunks: Uint8Array[] = [];
  let waitingBytes = 0;
  let ending: { error?: unknown } | undefined;
  let wake = () => {};
  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  const fill = async () => {
    try {
      while (reader !== undefined) {
        watch.start(stallTimeoutMs, `${url.host} sends nothing more`);
        const { done, value } = await reader.read();
        watch.stop();
        if (done) break;
        chunks.push(value);
        waitingBytes += value.length;
        wake();
        while (waitingBytes > READ_AHEAD_BYTES && ending === undefined) await change();
      }
      ending ??= {};
    } catch (error) {
      ending ??= { error: watch.explain(error, url, env) };
    } finally {
      watch.stop();
      wake();
    }
  };
  fill();

  const discard = async () => {
    ending ??= {};
    wake();
    await reader?.cancel().catch(() => {});
  };
  return {
    body: async function* () {
      try {
        for (;;) {
          const chunk = chunks.shift();
          if (chunk !== undefined) {
            waitingBytes -= chunk.length;
            wake();
            yield chunk;
          } else if (ending === undefined) {
            await change();
          } else if ('error' in ending) {
            throw ending.error;
          } else {
            return;
          }
        }
      } finally {
        await discard();
      }
    },
    discard,
  };
}

/** Aborts what it watches when the user does or when nothing happens for too long, and remembers which it was. */
class Watch {
  readonly #outer: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    this.#signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
  }

  start(timeoutMs: number, silence: string): AbortSignal {
    this.stop();
    const reason = new TransientError(`${silence} for ${timeoutMs / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), timeoutMs);
    return this.#signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** What to throw for an error of fetch or of its body. */
  explain(error: unknown, url: URL, env: Environment): unknown {
    if (this.#outer?.aborted) return this.#outer.reason;
    if (this.#controller.signal.aborted) return this.#controller.signal.reason;
    return explainFetchError(error, url, env);
  }
}

function statusText({ status, statusText }: Response): string {
  return status === 429 ? 'Too Many Requests' : statusText;
}

/** An address for messages: without the query, where signatures are, and without credentials. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
