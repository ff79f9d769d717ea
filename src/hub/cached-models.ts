import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.js';
import type { Environment } from './settings.js';

/** A repository of the hub that has been downloaded, at the commit that its main branch had then. */
export interface CachedModel {
  /** `owner/name`. */
  repo: string;
  folder: string;
}

/** Every model in the hub's cache, whatever program fetched it and whatever kind it is, by name; none without a cache. */
export async function listCachedModels(env: Environment = process.env): Promise<CachedModel[]> {
  const cache = cacheFolder(env);
  const names = await readdir(cache).catch(() => []);
  const found = await Promise.all(
    names.sort().map(async (name): Promise<CachedModel[]> => {
      const [, owner, rest] = /^models--(.+?)--(.+)$/.exec(name) ?? [];
      if (owner === undefined || rest === undefined) return [];
      const commit = await readFile(join(cache, name, 'refs', 'main'), 'utf8').catch(() => undefined);
      if (commit === undefined) return [];
      return [{ repo: `${owner}/${rest}`, folder: join(cache, name, 'snapshots', commit.trim()) }];
    }),
  );
  return found.flat();
}
