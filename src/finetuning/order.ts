import { keyedRandom } from '../random/keyed-random.js';
import { drawBelow, shuffle } from '../random/shuffle.js';

/** How examples are put into batches. */
export interface BatchOrder {
  /** Examples in a batch. */
  batch: number;
  /** Batches that are drawn together and sorted by length; 1 leaves the batches as they were drawn. */
  bucket: number;
  seed: number;
}

/**
 * The batches of one epoch (counted from 0), as numbers of examples. All examples are shuffled and what does not fill a
 * last batch is left out, as in the GPT-1 release. Then pools of `bucket` batches are sorted by length and cut, so that
 * neighbours in length share a batch and little is spent on padding, and the batches are shuffled.
 *
 * It depends on nothing but its arguments: a resumed run finds the same batches without having stored them.
 */
export function epochBatches(
  lengths: readonly number[],
  { batch, bucket, seed }: BatchOrder,
  epoch: number,
): number[][] {
  const below = drawBelow(keyedRandom('fine-tuning order', seed, epoch));
  const drawn = shuffle([...lengths.keys()], below);
  const whole = drawn.slice(0, drawn.length - (drawn.length % batch));
  const batches: number[][] = [];
  for (let start = 0; start < whole.length; start += batch * bucket) {
    const pool = whole.slice(start, start + batch * bucket);
    // Equal lengths keep the order in which they were drawn: sort is stable.
    if (bucket > 1) pool.sort((a, b) => lengths[a]! - lengths[b]!);
    for (let first = 0; first < pool.length; first += batch) batches.push(pool.slice(first, first + batch));
  }
  return bucket > 1 ? shuffle(batches, below) : batches;
}
