import { describe } from '../models/architectures.js';
import type { ModelConfig } from '../models/config.js';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import { paperSettings } from './settings.js';

/**
 * The settings of a run of a model: an LSTM has no attention, so its dropout is left at the default and two runs that are the same
 * have the same name and fingerprint.
 */
export function settingsOfModel(
  settings: FinetuneSettings,
  { architecture }: Pick<ModelConfig, 'architecture'>,
): FinetuneSettings {
  return describe(architecture).attends ? settings : { ...settings, attnDropout: paperSettings.attnDropout };
}
