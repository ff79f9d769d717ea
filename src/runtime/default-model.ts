import { packagedModels } from '../checkpoints/packaged.js';
import { findCached } from '../hub/cache.js';
import { isHubReachable } from '../hub/download.js';
import { registeredModels } from '../models/config.js';

/** The model that is used when the user names none, and why, if that needs saying. */
export interface DefaultModel {
  name: string;
  note?: string;
}

/** Name of the small model that comes with the package. */
const packagedName = 'tiny';

/**
 * The wanted model if it is on this machine; else another published one of the same architecture that is; else the
 * wanted one from the hub; and where the hub cannot be reached the small model that comes with the package. The user is told about
 * everything but the first.
 */
export async function chooseDefaultModel(wanted: string, env: NodeJS.ProcessEnv): Promise<DefaultModel> {
  const preferred = registeredModels.find((model) => model.name === wanted)!;
  const candidates = registeredModels.filter(
    ({ config }) => config.architecture === preferred.config.architecture,
  );
  for (const { name, hubId } of new Set([preferred, ...candidates])) {
    const file = { repo: hubId, type: 'model', path: 'model.safetensors' } as const;
    if ((await findCached(file, env)) === undefined) continue;
    return name === wanted
      ? { name }
      : { name, note: `${wanted} is not on this machine; using ${name}, which is.` };
  }
  if (!packagedModels().has(packagedName)) return { name: wanted };
  const config = { repo: preferred.hubId, type: 'model', path: 'config.json' } as const;
  if (await isHubReachable(config, env)) {
    return { name: wanted, note: `No --model given: fetching ${wanted} from the hub.` };
  }
  return {
    name: packagedName,
    note: `${wanted} is not on this machine and the hub cannot be reached: using ${packagedName}, the small model that comes with gpt. Its numbers are not comparable with the paper's.`,
  };
}
