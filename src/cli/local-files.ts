import type { Dataset } from '../datasets/dataset.js';
import { findInDataDir } from '../datasets/load.js';
import { findCached } from '../hub/cache.js';
import type { RegisteredModel } from '../models/config.js';

/** Where a data set is on this machine: below GPT_DATA_DIR or in the hub's cache; undefined when it is not. */
export async function locateDataset(
  dataset: Dataset<unknown>,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const found = await findInDataDir(dataset, env.GPT_DATA_DIR);
  return found ?? findCached({ ...dataset.hub, type: 'dataset' }, env);
}

/** Whether the weights of a registered model are in the hub's cache. */
export async function isModelCached(model: RegisteredModel, env: NodeJS.ProcessEnv): Promise<boolean> {
  const file = { repo: model.hubId, type: 'model', path: 'model.safetensors' } as const;
  return (await findCached(file, env)) !== undefined;
}
