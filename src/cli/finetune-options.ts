/** What the flags of `gpt finetune` come to. */
import { UsageError } from '../errors.js';
import { settingFlags } from '../finetuning/settings.js';
import { type FinetuneSettings, FROM_SCRATCH } from '../results/finetune-settings.js';
import type { FinetuneFlags } from './commands/finetune.js';

/** The options of `gpt finetune`. */
export interface FinetuneOptions extends Omit<FinetuneFlags, keyof FinetuneSettings | 'fromScratch'> {
  /** Settings that were given as flags. */
  given: Partial<FinetuneSettings>;
  /** Empty: as the settings say. */
  transferLayers: number[];
  /** The command line, for the result. */
  command: string;
}

/** The options of these flags. Throws UsageError where two of them contradict each other. */
export function finetuneOptions(flags: FinetuneFlags, command: string): FinetuneOptions {
  return { ...flags, given: pickSettings(flags), transferLayers: pickTransferLayers(flags), command };
}

/** The settings among the flags: those that were given. Transferred layers, of which there may be several, are apart. */
function pickSettings(flags: FinetuneFlags): Partial<FinetuneSettings> {
  const given = settingFlags.filter(({ key }) => key !== 'transferLayers' && flags[key] !== undefined);
  return Object.fromEntries(given.map(({ key }) => [key, flags[key]]));
}

/** Numbers of transferred layers; none: as other settings say. */
function pickTransferLayers({ transferLayers, fromScratch }: FinetuneFlags): number[] {
  if (!fromScratch) return transferLayers ?? [];
  if (transferLayers === undefined) return [FROM_SCRATCH];
  throw new UsageError('--from-scratch takes over nothing, --transfer-layers something.', {
    hint: `--transfer-layers ${FROM_SCRATCH} is the same as --from-scratch; --with-scratch adds it to others.`,
  });
}
