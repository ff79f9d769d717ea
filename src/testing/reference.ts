import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The reference values that stand beside a checkout of this project, not in it: small random checkpoints with what
 * PyTorch computes from them, and the benchmark files. Tests that need them skip where they are absent.
 */
const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** Folder of reference checkpoints and golden files. */
export const referenceFolder = path.join(shared, 'reference');
/** Folder of benchmark files, laid out as GPT_DATA_DIR is. */
export const dataFolder = path.join(shared, 'data');

/** True where the reference checkpoints are. */
export const hasReference = existsSync(path.join(referenceFolder, 'gpt2-random', 'expected.json'));
/** True where the benchmark files are. */
export const hasData = existsSync(path.join(dataFolder, 'lambada', 'lambada_test.jsonl'));

/** Ends the name of a test that needs the reference checkpoints: says why it was skipped. */
export const needsReference = hasReference ? '' : ' (skipped: no reference checkpoints beside the checkout)';
/** Ends the name of a test that needs the benchmark files. */
export const needsData = hasData ? '' : ' (skipped: no benchmark files beside the checkout)';

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
