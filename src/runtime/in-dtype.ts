import { type BlockOptions, withBlocks } from '../checkpoints/block-weights.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { UsageError } from '../errors.js';
import type { Dtype } from '../results/dtype.js';

/**
 * The checkpoint with its matrices in few bits where that is asked for. Throws UsageError for an ONNX model, and what `withBlocks`
 * throws.
 */
export async function inDtype(
  checkpoint: Checkpoint,
  dtype: Dtype,
  options: Omit<BlockOptions, 'format'>,
): Promise<Checkpoint> {
  if (dtype === 'fp32') return checkpoint;
  if (checkpoint.kind === 'weights') return withBlocks(checkpoint, { ...options, format: dtype });
  throw notRounded(dtype);
}

/** The complaint that few bits were asked of a finished graph. */
export function notRounded(dtype: Dtype): UsageError {
  return new UsageError(`--dtype ${dtype}: an ONNX file computes in the numbers that it was made for.`, {
    hint: 'Name another file of its folder or repository, or a checkpoint with weights.',
  });
}

/** Throws UsageError where matrices of few bits are asked for on a device that has no such products here. */
export function checkDtype(dtype: Dtype, device: string): void {
  if (dtype !== 'fp32' && device !== 'cpu')
    throw new UsageError(`--dtype ${dtype} computes on the CPU only, not with --device ${device}.`);
}
