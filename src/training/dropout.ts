/**
 * Dropout with masks that are made outside the graph and fed to it, so that a run can be repeated: which elements are
 * dropped depends on nothing but seed, update and pass. A mask holds 0 or 1/(1 − rate); dropout is one multiplication, and
 * so is its gradient.
 *
 * Why not in the graph: ONNX Runtime's own Dropout and Bernoulli carry the state of their generators from run to run, which a
 * resumed run cannot restore, and integer arithmetic for a generator takes many passes over memory. Why 32-bit masks: they
 * need no conversion in the graph. Only the dropped elements cost a random number, not all of them.
 */
import { xoshiro128 } from '../random/random-numbers.js';

/** Rate of each place, from 0 (none) up to but not including 1. GPT-1 uses 0.1 everywhere (paper §4.1). */
export interface Dropout {
  /**
   * On the embedding matrices themselves, tokens and positions, as openai/finetune-transformer-lm train.py:model does
   * it: an entry that is dropped is gone wherever its token occurs, and from the tied output projection too.
   */
  embedding: number;
  /** On attention probabilities. */
  attention: number;
  /** On both branches of a block, before they are added to the residual stream. */
  residual: number;
  /** On what enters the classifier. */
  classifier: number;
}

/** No dropout. */
export const noDropout: Dropout = { embedding: 0, attention: 0, residual: 0, classifier: 0 };

/** The GPT-1 release's rates. */
export const gpt1Dropout: Dropout = { embedding: 0.1, attention: 0.1, residual: 0.1, classifier: 0.1 };

/** Random 32-bit integers for one pass over part of a batch: different for each pass, the same when it is repeated. */
export function maskGenerator(seed: number, update: number, pass: number): () => number {
  let hash = 0;
  const absorb = (word: number) => {
    hash = Math.imul(hash ^ word, 0x9e3779b1) + 0x7f4a7c15;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return hash;
  };
  for (const word of [seed, Math.floor(seed / 2 ** 32), update, pass]) absorb(word);
  // One of them must not be zero.
  return xoshiro128([absorb(1), absorb(2), absorb(3), absorb(4) | 1]);
}

/** Fills masks of one rate. Throws RangeError on a rate that is not above 0 and below 1. */
export function maskFiller(rate: number): (mask: Float32Array, next: () => number) => void {
  if (!(rate > 0 && rate < 1)) throw new RangeError(`dropout rate ${rate} is not between 0 and 1`);
  const kept = 1 / (1 - rate);
  const gaps = gapTable(rate);
  return (mask, next) => {
    mask.fill(kept);
    const { length } = mask;
    let at = -1;
    for (;;) {
      const bits = next();
      at += gaps[bits & 0xffff]! + 1;
      if (at >= length) return;
      mask[at] = 0;
      at += gaps[bits >>> 16]! + 1;
      if (at >= length) return;
      mask[at] = 0;
    }
  };
}

/**
 * How many elements are kept between two dropped ones, for each of 2^16 equally probable draws: the inverse of
 * P(gap < k) = 1 − (1 − rate)^k, so that single elements are dropped independently. Rounding to 2^16 steps changes the rate
 * by less than a thousandth of itself.
 */
function gapTable(rate: number): Int32Array {
  const table = new Int32Array(1 << 16);
  let gap = 0;
  let longer = 1 - rate; // P(gap > `gap`)
  for (let i = 0; i < table.length; i++) {
    const quantile = (i + 0.5) / table.length;
    while (1 - longer < quantile) {
      gap++;
      longer *= 1 - rate;
    }
    table[i] = gap;
  }
  return table;
}
