import { UserError } from '../errors.js';
import type { Environment } from './settings.js';

/** The variables that name a proxy, lower case first as curl and undici read them. */
const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** One agent per setting: it keeps the connections to the proxy open between requests. */
const fetchOfSetting = new Map<string, Promise<typeof fetch>>();

/** The variable that names the proxy for `url`'s scheme, for messages; undefined without one. */
export function proxyVariable(env: Environment): string | undefined {
  return proxyVariables.find((name) => env[name]);
}

/**
 * `fetch`, going through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for. Node 20's own fetch knows
 * nothing of them; undici does, and is loaded only then. Throws UserError when the proxy is not an http address.
 */
export function fetchOf(env: Environment): typeof fetch | Promise<typeof fetch> {
  const variable = proxyVariable(env);
  if (variable === undefined) return fetch;
  const setting = {
    // Empty strings, not undefined: undici would read process.env for what is undefined.
    httpProxy: env.http_proxy || env.HTTP_PROXY || '',
    httpsProxy: env.https_proxy || env.HTTPS_PROXY || '',
    noProxy: env.no_proxy || env.NO_PROXY || '',
  };
  const key = JSON.stringify(setting);
  const known = fetchOfSetting.get(key) ?? proxiedFetch(setting, variable);
  fetchOfSetting.set(key, known);
  return known;
}

async function proxiedFetch(
  setting: { httpProxy: string; httpsProxy: string; noProxy: string },
  variable: string,
): Promise<typeof fetch> {
  const undici = await import('undici');
  let dispatcher: InstanceType<typeof undici.EnvHttpProxyAgent>;
  try {
    dispatcher = new undici.EnvHttpProxyAgent(setting);
  } catch (error) {
    throw new UserError(`${variable} does not name a proxy that can be used.`, {
      hint: `Set ${variable} to something like http://proxy.example:8080, or unset it.`,
      cause: error,
    });
  }
  // undici's own fetch and not Node's with this dispatcher: the two need not be of one version.
  const proxied = (input: URL, init: object) => undici.fetch(input, { ...init, dispatcher });
  return proxied as unknown as typeof fetch;
}
