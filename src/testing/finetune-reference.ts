import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WeightDtype } from '../checkpoints/checkpoint.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { readSafetensorsHeader } from '../checkpoints/safetensors.js';
import { referenceFolder } from './reference.js';

/** One update of finetune.json: float64 PyTorch, natural logarithms. */
export interface ReferenceStep {
  ids: number[][];
  mask: number[][];
  labels: number[];
  clf_logits: number[][];
  clf_loss: number;
  lm_loss: number;
  loss: number;
  grad_norm: number;
  /** Step size with Adam's bias correction. */
  lr: number;
}

/** One update of finetune_heads.json. */
export interface ReferenceHeadStep extends Omit<ReferenceStep, 'ids' | 'mask' | 'clf_logits'> {
  sequences: number[][][];
  logits: number[][];
}

/** Five updates of a reference checkpoint, `gpt1-random` or `gpt2-random`. */
export function referenceSteps(checkpoint: string): { total_updates: number; steps: ReferenceStep[] } {
  return JSON.parse(readFileSync(path.join(referenceFolder, checkpoint, 'finetune.json'), 'utf8'));
}

/** Five updates with another head, from the same weights but for the head's. */
export function referenceHeadSteps(
  checkpoint: string,
  head: 'similarity' | 'choice' | 'soft',
): { clf_weight_start: number[][]; steps: ReferenceHeadStep[] } {
  const text = readFileSync(path.join(referenceFolder, checkpoint, 'finetune_heads.json'), 'utf8');
  return JSON.parse(text)[head];
}

/** All tensors of a safetensors file of a reference checkpoint. */
export async function referenceTensors(
  checkpoint: string,
  file: string,
): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  const full = path.join(referenceFolder, checkpoint, file);
  const { entries } = await readSafetensorsHeader(full);
  const tensors = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { name, dtype, shape, offset, lengthBytes } of entries) {
    const data = { file: full, offset, lengthBytes };
    tensors.set(name, await readTensor({ name, dtype: dtype as WeightDtype, shape, data }));
  }
  return tensors;
}
