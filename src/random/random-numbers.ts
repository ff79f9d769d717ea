/** Fills an array with independent draws from N(0, `std`²). */
export type FillNormal = (numbers: Float32Array, std: number) => void;

/**
 * A generator of normal numbers that gives the same bits for a seed on every machine: xoshiro128** 1.1 (Blackman and
 * Vigna 2021), seeded by splitmix32, and Marsaglia's polar method. Only operations that IEEE 754 fixes to the last bit
 * are used, so not `Math.log`, whose result the language leaves to the implementation.
 *
 * `seed` is an integer from 0 to 2^53 − 1. Throws RangeError on another one.
 */
export function seededNormal(seed: number): FillNormal {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`seed ${seed} is not an integer from 0 on`);
  const nextSeed = splitmix32(seed >>> 0);
  // The upper bits of a long seed are mixed in rather than dropped; all four zero would stay zero.
  const next = xoshiro128([nextSeed() ^ Math.floor(seed / 2 ** 32), nextSeed(), nextSeed(), nextSeed() | 1]);
  /** Uniform in (−1, 1), an odd multiple of 2^−32. */
  const uniform = () => (next() + 0.5) / 2 ** 31;
  return (numbers, std) => {
    for (let i = 0; i < numbers.length; i += 2) {
      let x: number;
      let y: number;
      let s: number;
      do {
        x = uniform();
        y = uniform();
        s = x * x + y * y;
      } while (s >= 1);
      const scale = std * Math.sqrt((-2 * logOf(s)) / s);
      numbers[i] = x * scale;
      if (i + 1 < numbers.length) numbers[i + 1] = y * scale;
    }
  };
}

/** xoshiro128** 1.1: 32 random bits at each call, as a signed integer. `state`: four integers, not all zero. */
export function xoshiro128(state: [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

const float64 = new Float64Array(1);
const halves = new Uint32Array(float64.buffer);

/**
 * Natural logarithm of a normal positive number, to about 1e-15 relative to max(1, |result|).
 * x = m·2^e with m in [√½, √2), and log m = 2·artanh(f) = 2(f + f³/3 + f⁵/5 + …) with f = (m − 1)/(m + 1) ≤ 0.172.
 */
function logOf(x: number): number {
  float64[0] = x;
  let exponent = (halves[1]! >>> 20) - 1023;
  halves[1] = (halves[1]! & 0x000fffff) | 0x3ff00000;
  let m = float64[0];
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  const f = (m - 1) / (m + 1);
  const g = f * f;
  const series =
    1 +
    g *
      (1 / 3 + g * (1 / 5 + g * (1 / 7 + g * (1 / 9 + g * (1 / 11 + g * (1 / 13 + g * (1 / 15 + g / 17)))))));
  return exponent * Math.LN2 + 2 * f * series;
}
