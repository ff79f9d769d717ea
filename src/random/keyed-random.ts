import { createHash } from 'node:crypto';
import { xoshiro128 } from './random-numbers.js';

/** 32 random bits at a call, from a generator that belongs to a purpose and its numbers. */
export function keyedRandom(purpose: string, ...key: number[]): () => number {
  const hash = createHash('sha256')
    .update(JSON.stringify([purpose, ...key]))
    .digest();
  return xoshiro128([
    hash.readInt32LE(0),
    hash.readInt32LE(4),
    hash.readInt32LE(8),
    hash.readInt32LE(12) | 1,
  ]);
}
