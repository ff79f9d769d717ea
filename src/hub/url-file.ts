import { join } from 'node:path';
import { UsageError, UserError } from '../errors.js';
import { fileSize, ownCacheFolder } from './cache.js';
import type { DownloadOptions } from './progress.js';
import { shownUrl } from './request.js';
import { checkAddress, type Environment, offlineVariable } from './settings.js';
import { transferFile } from './transfer.js';
import { writeOnce } from './writer.js';

/** A file that lies outside the hub and whose content is known. */
export interface UrlFile {
  /** `https://openaipublic.blob.core.windows.net/gpt-2/data/lambada_test.jsonl` */
  url: string;
  /** 64 hex digits. */
  sha256: string;
  /** Plain file name in our cache and in messages, with the extension that readers look at. */
  name: string;
}

/** Servers that can be replaced by a mirror, and the variable that names it. */
const mirrors = [
  { origin: 'https://openaipublic.blob.core.windows.net', variable: 'GPT_OPENAI_ENDPOINT' },
] as const;

/** `files/<first 16 digits of sha256>-<name>` in our own cache: another content is another path. Pure. */
export function urlFilePath({ sha256, name }: UrlFile, env: Environment = process.env): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError(`"${sha256}" is not a sha256 in lower-case hex.`);
  if (!/^\w[\w.-]*$/.test(name)) throw new UsageError(`"${name}" is not a plain file name.`);
  return join(ownCacheFolder(env), 'files', `${sha256.slice(0, 16)}-${name}`);
}

/** Path of the file if it is already in our cache; undefined when it is not. */
export async function findCachedUrl(
  file: UrlFile,
  env: Environment = process.env,
): Promise<string | undefined> {
  const path = urlFilePath(file, env);
  return (await fileSize(path)) === undefined ? undefined : path;
}

/** Address to fetch from: on the mirror that the environment names for the file's server, if it does. */
export function mirroredUrl(url: string, env: Environment): URL {
  for (const { origin, variable } of mirrors) {
    const mirror = env[variable]?.replace(/\/+$/, '');
    if (!mirror || !url.startsWith(`${origin}/`)) continue;
    checkAddress(variable, mirror);
    return new URL(mirror + url.slice(origin.length));
  }
  return new URL(url);
}

/**
 * Path of a file of known sha256 in our own cache, fetched first if it is not there: resumed, checked and written by
 * one process at a time like files of the hub. Throws UserError, DataError or InterruptedError.
 */
export async function downloadUrl(file: UrlFile, options: DownloadOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const target = urlFilePath(file, env);
  if ((await fileSize(target)) !== undefined) return target;
  const url = mirroredUrl(file.url, env);
  const offline = offlineVariable(env);
  if (offline !== undefined) {
    throw new UserError(`Cannot read ${file.name}: it is not in ${target} and ${offline} is set.`, {
      hint: `Unset ${offline} once while there is a network, or put ${shownUrl(url)} there yourself.`,
    });
  }
  const partial = `${target}.incomplete`;
  const folder = { path: ownCacheFolder(env), variable: 'GPT_CACHE' };
  await writeOnce(
    {
      file: file.name,
      lock: `${target}.lock.d`,
      partial,
      folder,
      isThere: async () => (await fileSize(target)) !== undefined,
      write: (context) =>
        transferFile(
          {
            url,
            file: file.name,
            partial,
            target,
            sizeBytes: undefined,
            checksum: { algorithm: 'sha256', hex: file.sha256 },
            folder,
            checkAnswer: ({ status }) => {
              if (status === 200 || status === 206) return;
              throw new UserError(`Cannot fetch ${file.name}: ${shownUrl(url)} answers HTTP ${status}.`, {
                hint: `If it has moved, fetch it yourself and put it at ${target}.`,
              });
            },
          },
          context,
        ),
    },
    options,
  );
  options.onProgress?.({ kind: 'done', file: file.name, path: target });
  return target;
}
