import type { FinetuneSettings } from '../results/finetune-settings.js';
import type { Gpt1Mode } from '../tokenizers/gpt1.js';
import type { TaskDataOptions } from './finetune-inputs.js';

/** Flags of `gpt finetune`. */
export interface FinetuneOptions extends TaskDataOptions {
  /** Attention heads, of weights that come without this number. */
  heads?: number;
  /** Registered name, hub id, folder or file; absent: the default model. */
  model?: string;
  /** The LSTM of the ablation study. */
  lstmModel?: string;
  /** Settings that were given as flags. */
  given: Partial<FinetuneSettings>;
  /** A file with settings. */
  hparams?: string;
  /** Empty: `runs` consecutive ones. */
  seeds: number[];
  runs: number;
  /** Empty: as the settings say. */
  transferLayers: number[];
  withScratch: boolean;
  /** Only say what there is to do. */
  dryRun: boolean;
  /** Folder for the fine-tuned model. */
  output?: string;
  /** 0: one per core. */
  threads: number;
  /** Minutes between two saved states. */
  saveEvery: number;
  /** Seeded random weights of that size instead of the published ones. */
  random: boolean;
  tokenizer: Gpt1Mode;
  fresh: boolean;
  /** File for the records of the best epoch, one JSON line per example. */
  samples?: string;
  /** The examples' texts stand in it. */
  texts: boolean;
  /** Folder of results. */
  results: string;
  json: boolean;
  /** The command line, for the result. */
  command: string;
}
