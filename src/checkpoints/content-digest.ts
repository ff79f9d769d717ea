/**
 * A digest of what a checkpoint says, not of how it is stored: equal for safetensors in one file or in shards, OpenAI's `.npy`
 * files and TensorFlow checkpoints, and whether numbers that 16 bits can hold lie there in 16 or in 32.
 */
import { createHash } from 'node:crypto';
import type { WeightsCheckpoint } from './checkpoint.js';
import { readTensor } from './read-tensor.js';

/** Digests of a checkpoint and of each of its parameters, sha256 in hex. */
export interface ContentDigest {
  /** sha256 over one line `name shape digest` for each parameter, in the order of the names; the shape is `768,2304`. */
  digest: string;
  /** sha256 of the numbers as little-endian 32-bit floats, row-major, by canonical name. */
  tensors: Map<string, string>;
}

/** Reads all parameters once. The signal stops it between two of them; the promise rejects with its reason. */
export async function contentDigest(
  checkpoint: WeightsCheckpoint,
  { signal, onTensor }: { signal?: AbortSignal; onTensor?: (done: number, total: number) => void } = {},
): Promise<ContentDigest> {
  const whole = createHash('sha256');
  const tensors = new Map<string, string>();
  const names = [...checkpoint.tensors.keys()].sort();
  for (const name of names) {
    signal?.throwIfAborted();
    const tensor = checkpoint.tensors.get(name)!;
    const numbers = await readTensor(tensor);
    const digest = createHash('sha256')
      .update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
      .digest('hex');
    tensors.set(name, digest);
    whole.update(`${name} ${tensor.shape.join(',')} ${digest}\n`);
    onTensor?.(tensors.size, names.length);
  }
  return { digest: whole.digest('hex'), tensors };
}
