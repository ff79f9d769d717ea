/**
 * What a run needs to go on, kept twice. Two files take turns, each written whole before it gets its name: whatever happens
 * while one is being saved, the other is there.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { DataError, UserError } from '../errors.js';
import { exists } from '../files/exists.js';

const names = ['state-a.safetensors', 'state-b.safetensors'];

/** The part of a trainer that saves and restores. */
interface SavesState {
  saveState(file: string, notes?: Record<string, string>): Promise<void>;
  loadState(file: string): Promise<Record<string, string>>;
}

/** The saved states of a run. */
export interface SavedStates {
  /** Saves beside the newest state, in place of the one before it. */
  save(trainer: SavesState, notes: Record<string, string>): Promise<void>;
  /**
   * Loads the newest state that is whole; undefined when there is none. Tells `onDamaged` of one that is not, and throws
   * UserError when all are like that.
   */
  restore(
    trainer: SavesState,
    onDamaged: (error: DataError) => void,
  ): Promise<Record<string, string> | undefined>;
}

/** The states in a folder that exists. Removes what a run left behind that was killed while it saved. */
export async function openSavedStates(folder: string): Promise<SavedStates> {
  for (const name of await readdir(folder)) {
    if (/^state-[ab]\..*\.tmp$/.test(name)) await rm(path.join(folder, name), { force: true });
  }
  /** The file that the next state goes to: never the newest. */
  let next = 0;
  return {
    async save(trainer, notes) {
      await trainer.saveState(path.join(folder, names[next]!), notes);
      next = 1 - next;
    },
    async restore(trainer, onDamaged) {
      const found: { index: number; updates: number }[] = [];
      for (const index of names.keys()) {
        const updates = await savedUpdates(path.join(folder, names[index]!), onDamaged);
        if (updates !== undefined) found.push({ index, updates });
      }
      for (const { index } of found.sort((a, b) => b.updates - a.updates)) {
        const notes = await ifWhole(() => trainer.loadState(path.join(folder, names[index]!)), onDamaged);
        if (notes === undefined) continue;
        next = 1 - index;
        return notes;
      }
      const saved = (await readdir(folder)).some((name) => names.includes(name));
      if (!saved) return undefined;
      throw new UserError(`No saved state in ${folder} can be used.`, { hint: 'Start again with --fresh.' });
    },
  };
}

/** How many updates a state has behind it, without reading its numbers; undefined when there is no such file. */
async function savedUpdates(
  file: string,
  onDamaged: (error: DataError) => void,
): Promise<number | undefined> {
  if (!(await exists(file))) return undefined;
  const header = await ifWhole(() => readSafetensorsHeader(file), onDamaged);
  return header && Number(header.metadata.updates ?? -1);
}

async function ifWhole<T>(
  read: () => Promise<T>,
  onDamaged: (error: DataError) => void,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    onDamaged(error);
    return undefined;
  }
}
