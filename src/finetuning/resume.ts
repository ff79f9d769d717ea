/** Where an interrupted run can go on. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { DataError } from '../errors.js';
import type { RunFiles } from './identity.js';
import { readTrainingJournal, type TrainingJournal } from './journal.js';

/** What an earlier run with the same fingerprint left behind. */
export type EarlierRun =
  /** Nothing that could be used. */
  | { kind: 'none' }
  /** Everything is measured: the journal has every epoch. */
  | { kind: 'complete'; journal: TrainingJournal }
  /** The state was saved when the journal had so many bytes. */
  | { kind: 'interrupted'; journalBytes: number };

/** Notes in a saved state, by which it is told whether it belongs to the run. */
export interface StateNotes extends Record<string, string> {
  fingerprint: string;
  journalBytes: string;
}

/** Looks for an earlier run. Throws DataError where its journal belongs to another run or is damaged. */
export async function findEarlierRun(
  files: RunFiles,
  fingerprint: string,
  epochs: number,
): Promise<EarlierRun> {
  const journal = await readTrainingJournal(files.journal);
  if (journal === undefined) return { kind: 'none' };
  if (journal.fingerprint !== fingerprint) {
    throw new DataError({
      file: files.journal,
      at: 'line 1',
      problem: 'the journal belongs to another run.',
      expected: `fingerprint ${fingerprint.slice(0, 12)}`,
      found: journal.fingerprint.slice(0, 12),
      hint: 'Run with --fresh to start again.',
    });
  }
  if (journal.epochs.length === epochs) return { kind: 'complete', journal };
  const notes = await readNotes(files.state);
  const journalBytes = Number(notes?.journalBytes);
  if (notes?.fingerprint !== fingerprint || !(journalBytes > 0)) return { kind: 'none' };
  // A journal that has lost lines, or was begun again, cannot tell what was found before.
  const then = await readTrainingJournal(files.journal, journalBytes);
  const fits = then?.bytes === journalBytes && then.updates.length === Number(notes.updates);
  return fits ? { kind: 'interrupted', journalBytes } : { kind: 'none' };
}

async function readNotes(file: string): Promise<Record<string, string> | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return (await readSafetensorsHeader(file)).metadata;
  } catch (error) {
    // A state is written to another name first, so one that is not whole was damaged later: it is of no use.
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** Removes what a run left behind that was killed while it wrote weights: gigabytes that nobody would look for. */
export async function removeTemporaryFiles(files: RunFiles): Promise<void> {
  const folder = path.dirname(files.state);
  const beginnings = [files.state, files.best].map((file) => `${path.basename(file)}.`);
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tmp') && beginnings.some((beginning) => name.startsWith(beginning))) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}
