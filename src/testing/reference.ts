import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { goldenFolder } from './golden.js';

/** Folder of reference checkpoints and golden files: see golden/README.md. */
export const referenceFolder = goldenFolder;
/**
 * Folder of benchmark files, laid out as GPT_DATA_DIR is. They stand beside a checkout of this project, not in it;
 * tests that need them skip where they are absent.
 */
export const dataFolder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** True where the benchmark files are. Where the folder is there, no test skips: one whose file is missing fails. */
export const hasData = existsSync(dataFolder);
/** Ends the name of a test that needs the benchmark files: says why it was skipped. */
export const needsData = hasData ? '' : ' (needs benchmark files beside the checkout)';

/** One sequence of expected.json: float64 PyTorch, natural logarithms. */
export interface ExpectedSequence {
  ids: number[];
  /** log p(ids[i+1] | ids[0..i]). */
  token_logprobs: number[];
  /** Most probable token after ids[0..i]. */
  argmax: number[];
}

/** The sequences of a reference checkpoint, `gpt1-random` or `gpt2-random`. */
export function expectedSequences(checkpoint: string): ExpectedSequence[] {
  const text = readFileSync(path.join(referenceFolder, checkpoint, 'expected.json'), 'utf8');
  return (JSON.parse(text) as { sequences: ExpectedSequence[] }).sequences;
}
