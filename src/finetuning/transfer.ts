/** What of a pretrained model a run starts from: all of it, some blocks, or nothing. GPT-1 paper §5, Figure 2 left and Table 5. */
import { rm } from 'node:fs/promises';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import { UsageError } from '../errors.js';
import type { ModelConfig } from '../models/config.js';
import { embeddingNames } from '../models/parameters.js';
import { readParameters, type WeightNumbers } from './weights.js';

/** Whether a parameter is taken over: the embeddings and the first k blocks; with all blocks also what comes behind them. */
function isTransferred(name: string, config: ModelConfig, layers: number): boolean {
  if (layers >= config.nLayer) return true;
  if ((embeddingNames(config.architecture) as readonly string[]).includes(name)) return layers >= 0;
  const block = /^h\.(\d+)\./.exec(name)?.[1];
  return block !== undefined && Number(block) < layers;
}

/** All blocks are the same as no setting. Throws UsageError for more blocks than the model has. */
export function transferSetting(layers: number | null, { nLayer }: ModelConfig): number | null {
  if (layers === null || layers === nLayer) return null;
  if (layers < nLayer) return layers;
  throw new UsageError(
    `--transfer-layers ${layers}: the model has only ${nLayer} ${nLayer === 1 ? 'layer' : 'layers'}.`,
  );
}

/**
 * The weights that a run starts from. What is not taken over is drawn as for a new model of that size, every parameter the same
 * whatever else is drawn. `temporaryFolder` is made, and removed again.
 */
export async function startingWeights(
  checkpoint: WeightsCheckpoint,
  layers: number | null,
  seed: number,
  temporaryFolder: string,
): Promise<WeightNumbers> {
  if (layers === null) return readParameters(checkpoint);
  const { config } = checkpoint;
  const kept = (name: string) => isTransferred(name, config, layers);
  try {
    await writeRandomCheckpoint(temporaryFolder, config, seed);
    const drawn = await openCheckpoint(temporaryFolder);
    if (drawn.kind !== 'weights') throw new Error('a random checkpoint has no weights');
    const weights = new Map([
      ...(await readParameters(checkpoint, kept)),
      ...(await readParameters(drawn, (name) => !kept(name))),
    ]);
    // In the order of the model: the sum of squares over all gradients depends on it in the last bit.
    return new Map([...checkpoint.tensors.keys()].map((name) => [name, weights.get(name)!]));
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}
