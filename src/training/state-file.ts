/**
 * A training run on disk: one safetensors file with the weights under their names, Adam's moments as `adam.m/NAME` and
 * `adam.v/NAME`, and the number of updates and the caller's notes as metadata.
 */
import { readTensor } from '../checkpoints/read-tensor.js';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { writeSafetensors } from '../checkpoints/safetensors-writer.js';
import { DataError } from '../errors.js';
import type { TrainingState } from './engine.js';

/** Prefix of each of the three sets of tensors. */
const prefixes = { weights: '', m: 'adam.m/', v: 'adam.v/' } as const;
const kinds = ['weights', 'm', 'v'] as const;

/** Saves a state; the file appears under its name only when it is whole. Notes may have any key but `format` and `updates`. */
export async function writeState(
  file: string,
  state: TrainingState,
  shapes: ReadonlyMap<string, number[]>,
  notes: Readonly<Record<string, string>>,
): Promise<void> {
  const tensors = kinds.flatMap((kind) =>
    [...shapes].map(([name, shape]) => {
      const { buffer, byteOffset, byteLength } = state[kind].get(name)!;
      const data = new Uint8Array(buffer, byteOffset, byteLength);
      return { name: prefixes[kind] + name, dtype: 'F32' as const, shape, data };
    }),
  );
  await writeSafetensors(file, tensors, { ...notes, format: 'pt', updates: String(state.updates) });
}

/**
 * Loads a state into the arrays of one that is there, and returns the notes. Throws DataError, before anything is changed, on a
 * file that is not a state or belongs to another model.
 */
export async function readState(
  file: string,
  state: TrainingState,
  shapes: ReadonlyMap<string, number[]>,
): Promise<Record<string, string>> {
  const { entries, metadata } = await readSafetensorsHeader(file);
  const { updates: count, format: _format, ...notes } = metadata;
  const updates = Number(count);
  if (count === undefined || !Number.isSafeInteger(updates) || updates < 0) {
    throw new DataError({
      file,
      at: 'updates',
      problem: 'this is not a saved training state.',
      expected: 'a number of updates',
      found: count ?? 'none',
    });
  }
  const stored = new Map(entries.map((entry) => [entry.name, entry]));
  const tensors = kinds.flatMap((kind) =>
    [...shapes].map(([name, shape]) => {
      const entry = stored.get(prefixes[kind] + name);
      const found = entry === undefined ? 'nothing' : `${entry.dtype} [${entry.shape}]`;
      if (entry === undefined || found !== `F32 [${shape}]`) {
        const at = prefixes[kind] + name;
        const problem = 'this state is of another model.';
        throw new DataError({ file, at, problem, expected: `F32 [${shape}]`, found });
      }
      const { offset, lengthBytes } = entry;
      const tensor = { name, dtype: 'F32' as const, shape, data: { file, offset, lengthBytes } };
      return { into: state[kind].get(name)!, tensor };
    }),
  );
  for (const { into, tensor } of tensors) into.set(await readTensor(tensor));
  state.updates = updates;
  return notes;
}
