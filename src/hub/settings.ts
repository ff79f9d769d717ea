import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.js';

/**
 * The environment variables that the hub's own Python library reads, with the same meaning and the same order, so
 * that a machine set up for it is set up for this tool. Source: huggingface_hub, "Environment variables".
 */
export type Environment = Record<string, string | undefined>;

const officialEndpoint = 'https://huggingface.co';

/** Base address of the hub or of the mirror in HF_ENDPOINT, without trailing slash. Throws UserError on a non-address. */
export function hubEndpoint(env: Environment): string {
  const endpoint = (env.HF_ENDPOINT || officialEndpoint).replace(/\/+$/, '');
  checkAddress('HF_ENDPOINT', endpoint);
  return endpoint;
}

/** Throws UserError unless `address` is an http or https address without credentials, which fetch would refuse. */
function checkAddress(variable: string, address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`${variable} is not a web address: ${address}`, {
      hint: `Set ${variable} to something like ${officialEndpoint}, or unset it.`,
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError(`${variable} contains a user name or password, which is not supported.`, {
      hint: `Take them out of ${variable}; a token for the hub belongs in HF_TOKEN.`,
    });
  }
}

/** The variable that forbids the network, HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE; undefined when none does. */
export function offlineVariable(env: Environment): string | undefined {
  return ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].find((name) => isTrue(env[name]));
}

/** `1`, `on`, `yes` and `true` in any case; everything else is false. */
export function isTrue(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? '');
}

/** A time-out in milliseconds: `variable` gives whole seconds; anything else leaves the default. */
export function timeoutOf(env: Environment, variable: string, defaultMs: number): number {
  const seconds = env[variable] ?? '';
  return /^[1-9]\d{0,5}$/.test(seconds) ? Number(seconds) * 1000 : defaultMs;
}

/** HF_HOME, or `huggingface` under XDG_CACHE_HOME, or `~/.cache/huggingface`. */
export function hubHome(env: Environment): string {
  return env.HF_HOME ? expandPath(env.HF_HOME, env) : join(cacheHome(env), 'huggingface');
}

/** XDG_CACHE_HOME or `~/.cache`, on every system: Python's library does not look elsewhere on Windows either. */
export function cacheHome(env: Environment): string {
  return env.XDG_CACHE_HOME || join(homeFolder(env), '.cache');
}

/** Home folder of that environment. */
export function homeFolder(env: Environment): string {
  return env.HOME || env.USERPROFILE || homedir();
}

/** `~` and `$NAME` or `${NAME}` filled in, since these paths often come from files that no shell has read. */
export function expandPath(path: string, env: Environment): string {
  return path
    .replace(/^~(?=$|[/\\])/, () => homeFolder(env))
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => env[braced ?? bare] ?? whole);
}

/**
 * The access token: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, or the file that `hf auth login` writes (HF_TOKEN_PATH or
 * `token` in HF_HOME). Undefined when there is none or HF_HUB_DISABLE_IMPLICIT_TOKEN is set.
 * Throws UserError, without printing the token, when it holds characters that a header cannot carry.
 */
export async function hubToken(env: Environment): Promise<string | undefined> {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const fromVariable = env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN;
  const file = env.HF_TOKEN_PATH ? expandPath(env.HF_TOKEN_PATH, env) : join(hubHome(env), 'token');
  // An unreadable token file is the same as none: public files do not need it, and a gated one says what is missing.
  const token = (fromVariable ?? (await readFile(file, 'utf8').catch(() => '')))
    .replace(/[\r\n]/g, '')
    .trim();
  if (!/^[\x21-\x7e]*$/.test(token)) {
    throw new UserError(
      `The access token in ${fromVariable ? 'HF_TOKEN' : file} contains characters that no token has.`,
      { hint: 'Copy it again from https://huggingface.co/settings/tokens, or unset it.' },
    );
  }
  return token || undefined;
}
