/** What this tool keeps in its own cache, how much room that takes, and how it is freed. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { explainWriteError } from '../files/space.js';

/** Folders of the cache that hold nothing but what can be computed again. */
const madeAgain: Readonly<Record<string, string>> = {
  random: 'random weights of --random',
  blocks: 'weights rounded by --dtype',
  corpora: 'texts as tokens of pretrain',
  linked: 'links to parts of models',
};

/** Something in the cache. */
export interface CachedThing {
  folder: string;
  what: string;
  bytes: number;
}

/** What can be freed, the largest first; what takes no room is left out. */
export async function listFreeable(cache: string): Promise<CachedThing[]> {
  const things = await Promise.all(
    Object.entries(madeAgain).map(async ([name, what]) => {
      const folder = path.join(cache, name);
      return { folder, what, bytes: await sizeOf(folder) };
    }),
  );
  return things.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

/** Deletes it. Throws UserError where it may not be deleted. */
export async function freeCache(things: readonly CachedThing[]): Promise<void> {
  for (const { folder } of things) {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw explainWriteError(error, { path: folder, variable: 'GPT_CACHE' });
    });
  }
}

/** Bytes of all files below a folder; 0 where there is none. Links are not followed. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(
        async (entry) =>
          (await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0,
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
