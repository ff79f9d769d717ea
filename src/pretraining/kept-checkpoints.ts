/** Models that a run leaves behind on its way, to be measured afterwards: `output`/checkpoints/<updates>/. */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../files/exists.js';
import { makeFolder } from '../files/folder.js';
import { writeModelFiles, writeModelWeights } from '../training/model-files.js';
import type { Pretraining } from './pretraining.js';
import { runFolder } from './run.js';

/** Gives the weights of now, by name. */
type ExportWeights = () => Promise<Parameters<typeof writeModelWeights>[2]>;

/**
 * Keeps the model after so many updates in the layout of the hub. The folder gets its name when it is whole, so one that
 * is there already is left alone: a run that was killed and does those updates again makes the same weights.
 */
export async function keepCheckpoint(
  { output, config, data, dtype }: Pick<Pretraining, 'output' | 'config' | 'data' | 'dtype'>,
  updates: number,
  exportWeights: ExportWeights,
): Promise<void> {
  const { checkpoints } = runFolder(output);
  const folder = path.join(checkpoints, String(updates));
  if (await exists(folder)) return;
  const temporary = `${folder}.tmp`;
  // Only a run that was killed leaves it, and nothing says how far it came.
  await rm(temporary, { recursive: true, force: true });
  await makeFolder(temporary);
  await writeModelFiles(temporary, config, data.files);
  await writeModelWeights(temporary, config, await exportWeights(), dtype);
  await rename(temporary, folder);
}
