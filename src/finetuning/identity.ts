import { createHash } from 'node:crypto';
import path from 'node:path';
import type { FinetuneSettings } from '../results/finetune-settings.js';
import type { ModelIdentity } from '../results/model-identity.js';
import type { DataIdentity } from '../results/result.js';
import { canonicalJson } from '../runs/fingerprint.js';

/** All that decides what the numbers of a fine-tuning run will be. */
export interface FinetuneIdentity {
  task: { name: string; title: string; version: number };
  /** The model before fine-tuning. */
  model: ModelIdentity;
  train: DataIdentity;
  dev: DataIdentity;
  settings: FinetuneSettings;
}

/** sha256 (hex) of what can change a number; names of files and where they came from cannot, as in an evaluation. */
export function finetuneFingerprint({ task, model, train, dev, settings }: FinetuneIdentity): string {
  const parts = [
    [task.name, task.version],
    [model.name, model.sha256, model.config, model.tokenizer.fingerprint],
    [train.sha256, dev.sha256],
    settings,
  ];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** The files of a run, one set for each fingerprint. */
export interface RunFiles {
  journal: string;
  /** Weights and optimiser from which an interrupted run goes on; gone when it is finished. */
  state: string;
  /** Weights of the best epoch so far. */
  best: string;
}

/** Where the files of a run lie: in `journals/` below the folder of results. */
export function runFiles(resultsFolder: string, identity: FinetuneIdentity): RunFiles {
  const model = identity.model.name.replaceAll('/', '-');
  const name = `${identity.task.name}--${model}--${finetuneFingerprint(identity).slice(0, 12)}`;
  const base = path.join(resultsFolder, 'journals', name);
  return {
    journal: `${base}.jsonl`,
    state: `${base}.state.safetensors`,
    best: `${base}.best.safetensors`,
  };
}
