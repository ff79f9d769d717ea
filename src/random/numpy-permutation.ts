/**
 * The random permutations of NumPy's `RandomState`, which scikit-learn's `train_test_split` cuts data sets with: Mersenne
 * Twister MT19937 (Matsumoto & Nishimura 1998), seeded with one 32-bit number, and the shuffle of Fisher and Yates.
 */
import { shuffle } from './shuffle.js';

const STATE_WORDS = 624;
const MIDDLE_WORD = 397;

/** An endless sequence of 32-bit numbers. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(STATE_WORDS);
  state[0] = seed;
  for (let word = 1; word < STATE_WORDS; word++) {
    const before = state[word - 1]!;
    state[word] = Math.imul(1812433253, before ^ (before >>> 30)) + word;
  }
  let next = STATE_WORDS;
  return () => {
    if (next === STATE_WORDS) {
      for (let word = 0; word < STATE_WORDS; word++) {
        const mixed = (state[word]! & 0x80000000) | (state[(word + 1) % STATE_WORDS]! & 0x7fffffff);
        const twist = (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
        state[word] = state[(word + MIDDLE_WORD) % STATE_WORDS]! ^ twist;
      }
      next = 0;
    }
    let value = state[next++]!;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    value ^= value >>> 18;
    return value >>> 0;
  };
}

/** `numpy.random.RandomState(seed).permutation(length)`; seed and length below 2³². */
export function numpyPermutation(length: number, seed: number): Uint32Array {
  const random = mersenneTwister(seed);
  return shuffle(
    Uint32Array.from({ length }, (_, place) => place),
    (limit) => {
      // Numbers from the limit on are drawn again, after cutting them to as many bits as the largest below it has.
      const mask = 0xffffffff >>> Math.clz32(limit - 1);
      let drawn = (random() & mask) >>> 0;
      while (drawn >= limit) drawn = (random() & mask) >>> 0;
      return drawn;
    },
  );
}
