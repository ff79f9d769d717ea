import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeRandomCheckpoint } from '../checkpoints/random.js';
import type { ModelConfig } from '../models/config.js';
import { byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import { writeTokenizerFiles } from '../tokenizers/tokenizer-files.js';

/** A GPT-2 small enough to be made, saved and run within a test; its tokens are single bytes. */
export const tinyConfig: ModelConfig = {
  architecture: 'gpt2',
  nLayer: 2,
  nHead: 4,
  nEmbd: 64,
  nCtx: 512,
  vocabSize: 257,
  layerNormEpsilon: 1e-5,
};

/** Writes a tiny random model with its tokenizer into a folder. */
export async function writeTinyModel(folder: string, config: Partial<ModelConfig> = {}): Promise<void> {
  await writeRandomCheckpoint(folder, { ...tinyConfig, ...config }, 1);
  await writeTokenizerFiles(folder, 'gpt2', byteTokenizerFiles());
}

/** A new temporary folder; the caller removes it. */
export function makeTemporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'gpt-test-'));
}
