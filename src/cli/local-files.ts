import path from 'node:path';
import type { Dataset } from '../datasets/dataset.js';
import { findInDataDir } from '../datasets/locate.js';
import { findCached } from '../hub/cache.js';
import type { RegisteredModel } from '../models/config.js';

/**
 * Where a data set is on this machine, below GPT_DATA_DIR or in the hub's cache: a file, or the folder of several; undefined
 * when it is not, or not all of it.
 */
export async function locateDataset(
  dataset: Dataset<unknown>,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const found = await findInDataDir(dataset, env.GPT_DATA_DIR);
  if (found !== undefined) return found.path;
  const cached: string[] = [];
  for (const location of [dataset.hub ?? []].flat()) {
    const file = await findCached({ ...location, type: 'dataset' }, env);
    if (file === undefined) return undefined;
    cached.push(file);
  }
  return cached.length > 1 ? path.dirname(cached[0]!) : cached[0];
}

/** Whether the weights of a registered model are in the hub's cache. */
export async function isModelCached(model: RegisteredModel, env: NodeJS.ProcessEnv): Promise<boolean> {
  const file = { repo: model.hubId, type: 'model', path: 'model.safetensors' } as const;
  return (await findCached(file, env)) !== undefined;
}
