import { UserError } from '../errors.js';
import { proxyVariable } from './proxy.js';
import { TransientError } from './retry.js';
import type { Environment } from './settings.js';

/** Nobody answered at all: worth fewer attempts than an answer that failed. */
const unreachableCodes: Record<string, string> = {
  ENOTFOUND: 'the name is not known (no network?)',
  EAI_AGAIN: 'the name cannot be looked up (no network?)',
  ECONNREFUSED: 'the connection is refused',
  ENETUNREACH: 'no network',
  EHOSTUNREACH: 'no route',
  ENETDOWN: 'no network',
};

const certificateCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_.*|ERR_TLS_.*)$/;

/**
 * What to throw for an error of fetch or of a body it gave: TransientError when another attempt may succeed, UserError
 * when it cannot (certificate, proxy, forbidden port). Anything else comes back as it is.
 */
export function explainFetchError(error: unknown, url: URL, env: Environment): unknown {
  // fetch and its body throw TypeError ("fetch failed", "terminated") and keep what happened in the causes.
  // A TypeError without a cause is a mistake in our request.
  if (!(error instanceof TypeError) || error.cause === undefined) return error;
  const causes: (Error & { code?: string })[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    causes.push(cause);
    if (cause instanceof AggregateError) causes.push(...cause.errors);
  }
  const innermost = causes.findLast(({ code }) => code !== undefined) ?? causes.at(-1)!;
  const code = innermost.code ?? '';
  const proxy = proxyVariable(env);
  const place = `${url.host}${proxy === undefined ? '' : ` (${proxy} is set)`}`;
  const refusal = /Proxy response \((4\d\d)\)/.exec(innermost.message);
  if (refusal !== null) {
    return new UserError(
      `The proxy in ${proxy} refuses the connection to ${url.host} (HTTP ${refusal[1]}).`,
      {
        hint: `Check ${proxy}; a user name and password go into it as http://user:password@proxy:port.`,
        cause: error,
      },
    );
  }
  if (certificateCodes.test(code)) {
    return new UserError(`The certificate of ${place} is not trusted: ${innermost.message}.`, {
      hint: 'Behind a company network, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
      cause: error,
    });
  }
  const unreachable = code in unreachableCodes;
  // What has no code never came to a connection (a port that fetch does not allow): it will not be better next time.
  if (code === '') {
    return new UserError(`Cannot reach ${place}: ${innermost.message}.`, {
      hint: 'Check HF_ENDPOINT and the proxy settings.',
      cause: error,
    });
  }
  return new TransientError(`${place}: ${unreachableCodes[code] ?? innermost.message}`, {
    unreachable,
    cause: error,
  });
}
