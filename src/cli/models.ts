import { openCheckpoint } from '../checkpoints/open.js';
import { packagedModels } from '../checkpoints/packaged.js';
import { UserError } from '../errors.js';
import { formatBytes, formatCount } from '../format.js';
import type { CachedModel } from '../hub/cached-models.js';
import { describe } from '../models/architectures.js';
import {
  findRegisteredModel,
  printedSize,
  type RegisteredModel,
  registeredModels,
} from '../models/config.js';
import { countParameters } from '../models/parameters.js';
import { drawGrid } from '../reports/grid.js';
import type { Output } from './output.js';

/**
 * `gpt models`: the models of the papers, and which of them are already on this machine; below them those that come with gpt, and
 * what else of the hub is here and can be run.
 */
export async function runModels(
  { json }: { json: boolean },
  output: Output,
  isCached: (model: RegisteredModel) => Promise<boolean>,
  cached: readonly CachedModel[] = [],
): Promise<void> {
  const models = await Promise.all(
    registeredModels.map(async (model) => ({ ...model, downloaded: await isCached(model) })),
  );
  const packaged = await Promise.all(Array.from(packagedModels(), describePackaged));
  const hub = (await Promise.all(cached.map(describeCached))).flat();
  if (json) {
    output.out(`${JSON.stringify([...models, ...packaged, ...hub], null, 2)}\n`);
    return;
  }
  const grid = {
    head: ['name', 'paper', 'layers', 'width', 'heads', 'context', 'parameters', 'download', 'here'],
    rows: [
      ...models.map(({ name, config, parameters, downloadBytes, downloaded, ...model }) => [
        name,
        paperName({ config, ...model }),
        String(config.nLayer),
        String(config.nEmbd),
        String(config.nHead),
        String(config.nCtx),
        formatCount(parameters),
        formatBytes(downloadBytes),
        downloaded ? 'yes' : 'no',
      ]),
      ...[...packaged, ...hub].map(({ name, config, parameters }) => [
        name,
        '–',
        ...[config.nLayer, config.nEmbd, config.nHead, config.nCtx].map(String),
        formatCount(parameters),
        '–',
        'yes',
      ]),
    ],
    align: ['left', 'left', ...Array(6).fill('right'), 'left'],
    keyColumns: 1,
  };
  output.out(await drawGrid(grid, output));
}

/** A model that comes with gpt; its sizes are read from its files. */
async function describePackaged([name, folder]: [name: string, folder: string]) {
  const { config } = await openCheckpoint(folder);
  return { name, config, parameters: countParameters(config), downloaded: true, packaged: true };
}

/** A downloaded model as the papers' are described; nothing for one of theirs, and for what this tool does not run. */
async function describeCached({ repo, folder }: CachedModel) {
  if (findRegisteredModel(repo) !== undefined) return [];
  try {
    const { config } = await openCheckpoint(folder);
    return [{ name: repo, config, parameters: countParameters(config), downloaded: true }];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** GPT-1 has one size, which its paper does not name. */
function paperName({ config, aliases }: Pick<RegisteredModel, 'config' | 'aliases'>): string {
  const { label } = describe(config);
  const size = printedSize({ aliases });
  return size === undefined ? label : `${label} ${size}`;
}
